#include "lungo/websocket/control.hpp"

#include "broker_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;

namespace {

class expiry_broker_fixture : public broker_fixture {
public:
  ~expiry_broker_fixture() override { end_actors(); }

  /// Says that the permission of `one` ends so much later than now.
  void expire(const stream& one, std::chrono::milliseconds in) {
    order(msg::expire{one.id, system().clock().now() + in});
  }

  /// What the connections were told to end for.
  std::vector<close_reason> shut() {
    std::vector<close_reason> all;
    for (auto& each : heard->shut)
      all.push_back(each.reason);
    return all;
  }
};

using reasons = std::vector<close_reason>;
const reasons nothing{};
const reasons once{close_reason::expired};

} // namespace

TEST_CASE_FIXTURE(expiry_broker_fixture, "a connection that has its age is "
                                         "told, once, and when the client is "
                                         "to come back") {
  config.reconnect_min = 3s;
  config.reconnect_max = 4s;
  max_age = 20s;
  open();
  advance(19s);
  CHECK(shut() == nothing);
  advance(2s);
  CHECK(shut() == once);
  CHECK(heard->shut[0].retry >= 3s);
  CHECK(heard->shut[0].retry <= 4s);
  advance(60s);
  CHECK(shut() == once);
  CHECK(heard->ended.empty());
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a short age is kept to within a "
                                         "quarter of itself") {
  max_age = 400ms;
  open();
  // The tick that was under way still has its old length.
  advance(500ms);
  CHECK(shut() == once);
  open();
  advance(300ms);
  CHECK(shut() == once);
  advance(100ms);
  CHECK(shut() == reasons{close_reason::expired, close_reason::expired});
}

// Else one of them would have all sessions looked at every few milliseconds.
TEST_CASE_FIXTURE(expiry_broker_fixture, "a short permission leaves the tick "
                                         "as it is") {
  auto one = open();
  expire(one, 20ms);
  advance(499ms);
  CHECK(shut() == nothing);
  advance(1ms);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "without an age a stream lives on") {
  open();
  advance(24h);
  CHECK(shut() == nothing);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a permission that was not renewed "
                                         "ends the connection") {
  auto one = open();
  expire(one, 30s);
  advance(29s);
  CHECK(shut() == nothing);
  advance(2s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a permission that is renewed does "
                                         "not end at the old time") {
  auto one = open();
  expire(one, 30s);
  advance(20s);
  expire(one, 30s);
  advance(29s);
  CHECK(shut() == nothing);
  advance(2s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a permission may also be shortened, "
                                         "and last for ever") {
  auto one = open();
  auto other = open();
  expire(one, 30s);
  expire(one, 5s);
  order(msg::expire{other.id, session_host::time_point::max()});
  advance(6s);
  CHECK(shut() == once);
  advance(24h);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "no renewal goes beyond the age") {
  max_age = 20s;
  auto one = open();
  expire(one, 60s);
  advance(21s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a permission shorter than the age "
                                         "comes first") {
  max_age = 60s;
  auto one = open();
  expire(one, 5s);
  advance(6s);
  CHECK(shut() == once);
  advance(60s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "renewed when it has been told "
                                         "already, it is not told again") {
  auto one = open();
  expire(one, 5s);
  advance(6s);
  expire(one, 5s);
  advance(6s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a connection that has ended is not "
                                         "told of its age") {
  max_age = 1s;
  auto one = open(true, true);
  write(one.id, std::string(400'000, 'x'));
  order(msg::finish{one.id, true});
  advance(2s);
  CHECK(shut() == nothing);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "an expiry of a session that is gone "
                                         "goes nowhere") {
  auto one = open();
  order(msg::finish{one.id, false});
  expire(one, 1s);
  open();
  advance(5s);
  CHECK(shut() == nothing);
}

// The connection waits behind what its peer does not take.
TEST_CASE_FIXTURE(expiry_broker_fixture, "a peer that reads nothing is cut in "
                                         "spite of its age") {
  max_age = 10s;
  config.limits.write_timeout = 20s;
  auto one = open(true, true);
  write(one.id, std::string(4'000'000, 'x'));
  advance(11s);
  CHECK(shut() == once);
  CHECK(heard->ended.empty());
  advance(15s);
  CHECK(heard->ended == reasons{close_reason::too_slow});
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "what a stream says last stands "
                                         "before its last chunk") {
  auto one = open();
  caf::anon_send(handle, writing(one.id, "written"));
  order(msg::finish{one.id, true, flow::octets::literal("farewell")});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with("writtenfarewell0\r\n\r\n"));
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a stream that is cut says nothing "
                                         "last") {
  auto one = open();
  order(msg::finish{one.id, false, flow::octets::literal("farewell")});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().find("farewell") == std::string::npos);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a WebSocket has an age as well") {
  auto opened = ask();
  auto what = commit_for(opened.at);
  what.opening
    = {http::empty(http::status::switching_protocols), http::framing::none};
  what.habits.max_age = 20s;
  what.habits.messages = message_habits{{}, false, 1000, 10s};
  order(what);
  advance(19s);
  CHECK(shut() == nothing);
  advance(2s);
  CHECK(shut() == once);
  advance(60s);
  CHECK(shut() == once);
}

TEST_CASE_FIXTURE(expiry_broker_fixture, "a reply may be the last of its "
                                         "session") {
  auto one = ask();
  order(msg::reply{one.at, http::text("go"), std::nullopt, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().find("\r\nConnection: close\r\n")
        != std::string::npos);
  CHECK(one.socket.text().ends_with("\r\n\r\ngo"));
}
