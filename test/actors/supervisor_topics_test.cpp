#include "lungo/topics.hpp"

#include "supervisor_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

class topics_fixture : public supervisor_fixture {
public:
  topics_fixture() {
    topics_of_server = &all;
    config.restarts = 1;
    config.restart_window = 60s;
    start();
  }

  ~topics_fixture() override {
    all.stop();
    end_actors();
  }

  void kill_topics() {
    caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
    run();
  }

  topics all{system(), config};
};

} // namespace

TEST_CASE_FIXTURE(topics_fixture, "what the topics refuse to a reader is its "
                                  "client's answer") {
  auto asked = get("/");
  asked->fields.add("Last-Event-ID", "elsewhere-1");
  admit(sse::subscribe(all, {"a"}, {.on_gap = topic::gap_policy::refuse}),
        asked);
  CHECK(answer().status == status::gone);
  CHECK(answer().fields.get("X-Chain") == "approved");
  CHECK(told().commits.empty());
  CHECK(counts().connections == 0);
  CHECK(counts().admissions == 0);
}

TEST_CASE_FIXTURE(topics_fixture, "a reader is committed when it has its "
                                  "place") {
  admit(sse::subscribe(all, {"a"}));
  REQUIRE(told().commits.size() == 1);
  CHECK(counts().connections == 1);
}

TEST_CASE_FIXTURE(topics_fixture, "topics that died begin anew") {
  auto before = all.actor();
  kill_topics();
  CHECK(all.actor() != before);
  CHECK_FALSE(has_ended(all.actor()));
}

TEST_CASE_FIXTURE(topics_fixture,
                  "a server whose topics die too often leaves") {
  kill_topics();
  kill_topics();
  idle(0);
  idle(1);
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(topics_fixture, "the topics end with the server") {
  order(msg::drain{1s});
  idle(0);
  idle(1);
  CHECK(has_ended(supervisor));
  CHECK(has_ended(all.actor()));
}
