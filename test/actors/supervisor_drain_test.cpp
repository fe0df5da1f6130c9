#include "supervisor_fixture.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

class drain_fixture : public supervisor_fixture {
public:
  /// Says so for both brokers.
  void brokers_idle() {
    idle(0);
    idle(1);
  }
};

} // namespace

TEST_CASE_FIXTURE(drain_fixture, "draining tells every broker, once") {
  start();
  order(msg::drain{10s});
  order(msg::drain{10s});
  for (auto& broker : seen)
    CHECK(broker->drains == 1);
  CHECK(counts().draining);
}

TEST_CASE_FIXTURE(drain_fixture, "draining shuts the connections cleanly") {
  start();
  admit(idle_stream());
  confirm(connection());
  order(msg::drain{10s});
  CHECK(has_ended(connection()));
  REQUIRE_FALSE(told().finishes.empty());
  CHECK(told().finishes[0].clean);
}

TEST_CASE_FIXTURE(drain_fixture, "the supervisor ends when the connections are "
                                 "gone and the brokers idle") {
  start();
  admit(idle_stream());
  confirm(connection());
  order(msg::drain{10s});
  idle(0);
  CHECK_FALSE(has_ended(supervisor));
  idle(1);
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(drain_fixture, "a connection that is not committed yet holds "
                                 "the end up, and gets its stream") {
  start();
  admit(idle_stream());
  order(msg::drain{10s});
  brokers_idle();
  CHECK_FALSE(has_ended(supervisor));
  auto one = connection();
  confirm(one);
  CHECK(has_ended(one));
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(drain_fixture, "each event stream is told when to come "
                                 "back, at its end, and not all the same") {
  config.reconnect_min = 2s;
  config.reconnect_max = 5s;
  start();
  constexpr std::size_t count = 20;
  for (std::size_t i = 0; i < count; ++i) {
    admit(idle_stream());
    confirm(connection(i), 41 + i);
  }
  order(msg::drain{10s});
  std::set<std::string> said;
  for (std::size_t i = 0; i < count; ++i) {
    REQUIRE(told().finishes.size() > i);
    std::string text{told().finishes[i].farewell.view()};
    auto at = text.find("retry: ");
    REQUIRE(at != text.npos);
    auto retry = std::stoi(text.substr(at + 7));
    CHECK(retry >= 2000);
    CHECK(retry <= 5000);
    said.insert(std::move(text));
  }
  CHECK(said.size() > count / 2);
}

TEST_CASE_FIXTURE(drain_fixture, "an EventSource that comes while draining is "
                                 "told when to come back") {
  start();
  order(msg::drain{10s});
  admit(idle_stream());
  CHECK(answer().status == status::ok);
  CHECK(answer().fields.get("Content-Type") == "text/event-stream");
  CHECK(answer().body.starts_with("retry: "));
  CHECK(counts().spawned == 0);
}

TEST_CASE_FIXTURE(drain_fixture, "another upgrade that comes while draining is "
                                 "a 503") {
  start();
  order(msg::drain{10s});
  admit(idle_websocket(), websocket_request());
  CHECK(answer().status == status::service_unavailable);
  CHECK(answer().fields.contains("Retry-After"));
  CHECK(counts().spawned == 0);
}

TEST_CASE_FIXTURE(drain_fixture, "after the deadline the brokers are forced") {
  start();
  admit(idle_stream());
  order(msg::drain{10s});
  advance(9s);
  CHECK(told().forces == 0);
  advance(1s);
  CHECK(told().forces == 1);
  CHECK(seen[1]->forces == 1);
}

TEST_CASE_FIXTURE(drain_fixture, "a later drain may only shorten the "
                                 "deadline") {
  start();
  admit(idle_stream());
  order(msg::drain{10s});
  order(msg::drain{20s});
  order(msg::drain{1s});
  advance(1s);
  CHECK(told().forces >= 1);
}

TEST_CASE_FIXTURE(drain_fixture, "force does not wait for the deadline") {
  start();
  order(msg::drain{10s});
  order(msg::force{});
  CHECK(told().forces == 1);
}

TEST_CASE_FIXTURE(drain_fixture, "a broker that dies while draining counts as "
                                 "idle and is not started again") {
  start();
  order(msg::drain{10s});
  idle(0);
  caf::anon_send_exit(brokers[1], caf::exit_reason::kill);
  run();
  CHECK(spawned[1] == 1);
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(drain_fixture, "a broker that was idle and then dies is "
                                 "counted once") {
  start();
  order(msg::drain{10s});
  idle(0);
  caf::anon_send_exit(brokers[0], caf::exit_reason::kill);
  run();
  CHECK_FALSE(has_ended(supervisor));
}

TEST_CASE_FIXTURE(drain_fixture, "a server without anything ends when its "
                                 "brokers are idle") {
  start();
  order(msg::drain{0ms});
  brokers_idle();
  CHECK(has_ended(supervisor));
}
