#include "supervisor_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

/// A server with room for two connections, which are there.
class full_fixture : public supervisor_fixture {
public:
  full_fixture() {
    config.limits.streams = 2;
    config.reconnect_min = 1s;
    config.reconnect_max = 4s;
  }

  ~full_fixture() override { end_actors(); }

  void fill() {
    start();
    admit(idle_stream());
    admit(idle_websocket(), websocket_request());
    REQUIRE(counts().connections == 2);
    REQUIRE(told().replies.empty());
  }
};

} // namespace

TEST_CASE_FIXTURE(full_fixture, "at the limit an EventSource gets a stream "
                                "that ends, and its session does") {
  fill();
  admit(idle_stream());
  CHECK(answer().status == status::ok);
  CHECK(answer().fields.get("Content-Type") == "text/event-stream");
  CHECK(answer().fields.get("X-Chain") == "approved");
  CHECK(told().replies[0].last);
  CHECK(counts().spawned == 2);
}

TEST_CASE_FIXTURE(full_fixture, "when to come back is drawn for each, within "
                                "the bounds") {
  fill();
  std::set<int> drawn;
  for (std::size_t i = 0; i < 20; ++i) {
    admit(idle_stream());
    REQUIRE(told().replies.size() == i + 1);
    auto& body = told().replies[i].response.body;
    REQUIRE(body.starts_with("retry: "));
    drawn.insert(std::stoi(body.substr(7)));
  }
  CHECK(*drawn.begin() >= 1000);
  CHECK(*drawn.rbegin() <= 4000);
  CHECK(drawn.size() > 10);
}

TEST_CASE_FIXTURE(full_fixture, "at the limit others get a 503 that says when "
                                "to come back") {
  fill();
  SUBCASE("a WebSocket") {
    admit(idle_websocket(), websocket_request());
  }
  SUBCASE("a streamed body") {
    admit(idle_body());
  }
  CHECK(answer().status == status::service_unavailable);
  auto seconds = answer().fields.get("Retry-After");
  REQUIRE(seconds.has_value());
  CHECK(std::stoi(std::string{*seconds}) >= 1);
  CHECK(std::stoi(std::string{*seconds}) <= 4);
  CHECK(told().replies[0].last);
  CHECK(counts().spawned == 2);
}

TEST_CASE_FIXTURE(full_fixture, "a server that is told to refuse does so to an "
                                "EventSource too") {
  config.handshake.at_limit = handshake::at_limit::refuse;
  fill();
  admit(idle_stream());
  CHECK(answer().status == status::service_unavailable);
  CHECK(answer().fields.contains("Retry-After"));
}

TEST_CASE_FIXTURE(full_fixture, "whoever leaves makes room for the next") {
  fill();
  confirm(connection());
  tell(connection(), caf::make_message(close_atom_v));
  REQUIRE(counts().connections == 1);
  admit(idle_stream());
  CHECK(told().replies.empty());
  CHECK(counts().connections == 2);
}

TEST_CASE_FIXTURE(full_fixture, "what needs no connection needs no room") {
  fill();
  SUBCASE("HEAD") {
    admit(idle_stream(), request(http::method::head, "/"));
    REQUIRE(told().replies.size() == 1);
    CHECK(told().replies[0].stream.has_value());
  }
  SUBCASE("what is no handshake") {
    admit(idle_websocket(), get("/"));
    CHECK(answer().status == status::upgrade_required);
  }
}

TEST_CASE_FIXTURE(supervisor_fixture, "a route's age goes with the commit, "
                                      "shortened for each by up to a tenth") {
  sse::options how;
  how.max_age = 100s;
  start();
  std::set<std::chrono::milliseconds> ages;
  for (std::size_t i = 0; i < 20; ++i) {
    admit(idle_stream(how));
    REQUIRE(told().commits.size() == i + 1);
    ages.insert(told().commits[i].habits.max_age);
  }
  CHECK(*ages.begin() >= 90s);
  CHECK(*ages.rbegin() <= 100s);
  CHECK(ages.size() > 10);
}

TEST_CASE_FIXTURE(supervisor_fixture, "without an age, any will do; one below "
                                      "zero is refused") {
  start();
  admit(idle_stream());
  REQUIRE(told().commits.size() == 1);
  CHECK(told().commits[0].habits.max_age == 0ms);
  sse::options how;
  how.max_age = -1ms;
  CHECK_THROWS_AS(idle_stream(how), invalid_value);
}
