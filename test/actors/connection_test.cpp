#include <doctest/doctest.h>

#include "fixture.hpp"
#include "lungo/sse_connection.hpp"

using namespace lungo;
using namespace lungo::test;

namespace {

/// A stream in the place of one that a supervisor would have started.
class stream_fixture : public fixture {
public:
  template <class F>
  connection_actor open(F on_open, sse::options how = {}) {
    auto handler = sse::upgrade(std::move(on_open), how);
    http::upgrade wish = handler;
    plan_ = wish.plan;
    auto& plan = static_cast<const spawn_plan&>(*plan_);
    auto outbox = how.outbox.value_or(config.outbox);
    connection_start start{get("/events"), plan_, {}, outbox};
    auto made = track(plan.spawn(system(), std::move(start)));
    run();
    return made;
  }

  template <class F>
  connection_actor commit(F on_open, sse::options how = {}) {
    auto made = open(std::move(on_open), std::move(how));
    caf::anon_send(made, msg::committed{{broker, 7}, true});
    run();
    return made;
  }

  std::shared_ptr<broker_record> seen = std::make_shared<broker_record>();
  broker_actor broker = spawn_recorder(*this, seen);

private:
  std::shared_ptr<const http::connection_plan> plan_;
};

using plain = sse::connection<>;

} // namespace

TEST_SUITE("connection") {

TEST_CASE_FIXTURE(stream_fixture, "what on_open pushes waits for the commit") {
  auto made = open([](plain* self) -> sse::behavior {
    self->push(sse::event{"early"});
    return {};
  });
  CHECK(seen->writes.empty());
  caf::anon_send(made, msg::committed{{broker, 7}, true});
  run();
  REQUIRE(seen->writes.size() == 1);
  CHECK(seen->writes[0].session == 7);
  CHECK(seen->written() == "d\r\ndata: early\n\n\r\n");
}

}
