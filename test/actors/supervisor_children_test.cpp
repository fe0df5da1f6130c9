#include "supervisor_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

middleware harmless(std::string name) {
  return make_middleware(
    std::move(name),
    {[](const http::request&) -> http::verdict { return http::approve{}; },
     nullptr});
}

class children_fixture : public supervisor_fixture {
public:
  children_fixture() {
    config.restarts = 2;
    config.restart_window = 10s;
  }

  /// The middleware of today, as the brokers know them.
  std::vector<middleware_actor> today() {
    auto& news = told().rosters;
    return news.empty() ? *rosters.front() : *news.back().actors;
  }

  template <class Handle>
  void kill(Handle who) {
    caf::anon_send_exit(who, caf::exit_reason::kill);
    run();
  }
};

} // namespace

TEST_CASE_FIXTURE(children_fixture, "brokers start with the middleware") {
  start({harmless("a"), harmless("b")});
  REQUIRE(rosters.size() == 2);
  CHECK(rosters[0]->size() == 2);
  CHECK(spawned == std::vector<std::size_t>{1, 1});
}

TEST_CASE_FIXTURE(children_fixture, "a middleware that died is started anew, "
                                    "and every broker hears of it") {
  start({harmless("a"), harmless("b")});
  auto before = today();
  kill(before[1]);
  for (auto& broker : seen)
    REQUIRE(broker->rosters.size() == 1);
  CHECK(today()[0] == before[0]);
  CHECK(today()[1] != before[1]);
  REQUIRE(today()[1]);
  CHECK_FALSE(has_ended(today()[1]));
}

TEST_CASE_FIXTURE(children_fixture, "a middleware may die again, some time "
                                    "later") {
  start({harmless("a")});
  for (int i = 0; i < 6; ++i) {
    kill(today()[0]);
    CHECK_FALSE(has_ended(today()[0]));
    advance(6s);
  }
  CHECK_FALSE(has_ended(supervisor));
}

TEST_CASE_FIXTURE(children_fixture, "a broker that died is started anew with "
                                    "the middleware of today") {
  start({harmless("a")});
  kill(today()[0]);
  auto now = today()[0];
  kill(brokers[1]);
  CHECK(spawned == std::vector<std::size_t>{1, 2});
  REQUIRE(rosters.size() == 3);
  CHECK(rosters.back()->at(0) == now);
}

TEST_CASE_FIXTURE(children_fixture, "connections end with the broker that they "
                                    "were to be committed by") {
  start();
  admit(idle_stream());
  auto one = connection();
  auto late = at(7);
  kill(brokers[0]);
  CHECK(has_ended(one));
  admit(late, idle_stream());
  CHECK(counts().connections == 0);
  order(msg::drain{1s});
  idle(0);
  idle(1);
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(children_fixture, "what dies too often makes the server "
                                    "leave, in order") {
  start({harmless("a")});
  admit(idle_stream());
  for (int i = 0; i < 3; ++i)
    kill(today()[0]);
  CHECK(told().drains == 1);
  CHECK(seen[1]->drains == 1);
  CHECK_FALSE(today()[0]);
  CHECK(counts().draining);
}

TEST_CASE_FIXTURE(children_fixture, "a broker that dies too often does not "
                                    "keep the server from leaving") {
  start();
  for (int i = 0; i < 3; ++i)
    kill(brokers[1]);
  CHECK(spawned[1] == 3);
  CHECK(told().drains == 1);
  CHECK_FALSE(has_ended(supervisor));
  idle(0);
  CHECK(has_ended(supervisor));
}

TEST_CASE_FIXTURE(children_fixture, "a middleware that dies after a broker was "
                                    "given up is no trouble") {
  start({harmless("a")});
  for (int i = 0; i < 3; ++i)
    kill(brokers[1]);
  kill(today()[0]);
  CHECK_FALSE(has_ended(supervisor));
  REQUIRE_FALSE(told().rosters.empty());
  CHECK_FALSE(today()[0]);
}

TEST_CASE_FIXTURE(children_fixture, "all children end with the supervisor") {
  start({harmless("a")});
  admit(idle_stream());
  auto one = connection();
  auto judge = today()[0];
  kill(supervisor);
  CHECK(has_ended(one));
  CHECK(has_ended(judge));
  CHECK(has_ended(brokers[0]));
  CHECK(has_ended(brokers[1]));
}
