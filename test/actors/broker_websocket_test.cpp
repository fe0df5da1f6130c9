#include "lungo/websocket/control.hpp"
#include "lungo/websocket/masking.hpp"

#include "broker_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using namespace std::string_literals;
using websocket::close_code;

namespace {

using reasons = std::vector<close_reason>;

enum op : char { more, text, binary, bye = 8, ping, pong };

/// A frame of a client, masked.
std::string from_client(op what, std::string payload, bool last = true) {
  websocket::masking_key key{'\x11', '\x22', '\x33', '\x44'};
  std::string out{static_cast<char>(what | (last ? 0x80 : 0)),
                  static_cast<char>(payload.size() | 0x80)};
  out.append(key.data(), key.size());
  websocket::unmask(payload, key);
  return out + payload;
}

std::string goodbye(close_code code, const std::string& reason = {}) {
  auto number = static_cast<unsigned>(code);
  return from_client(bye, std::string{static_cast<char>(number >> 8),
                                      static_cast<char>(number & 0xff)}
                            + reason);
}

class websocket_broker_fixture : public broker_fixture {
public:
  ~websocket_broker_fixture() override { end_actors(); }

  /// A client that has a WebSocket; with its request it has sent `early`.
  stream open(const std::string& early = {}, bool narrow = false) {
    auto opened = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + early, narrow);
    auto what = commit_for(opened.at);
    what.opening
      = {http::empty(http::status::switching_protocols), http::framing::none};
    what.habits.first = {};
    what.habits.idle = flow::frame::uniform(websocket::encode_ping({}), {}, {});
    what.habits.messages = message_habits{limits, false, window, patience};
    order(what);
    REQUIRE(until([&] { return after_head(opened.socket).has_value(); }));
    return {opened.socket, opened.at.session};
  }

  /// What came behind the head; nothing while that is not whole.
  std::optional<std::string> after_head(peer& who) {
    auto& all = who.text();
    auto at = all.find("\r\n\r\n");
    if (at == all.npos)
      return std::nullopt;
    return all.substr(at + 4);
  }

  bool gets(const stream& one, const std::string& octets) {
    return until([&] { return after_head(one.socket) == octets; });
  }

  /// All messages that the connection was given, as one text.
  std::string messages() {
    std::string all;
    for (auto& batch : heard->received)
      for (auto& each : batch.messages)
        all += (each.is_text() ? "t:" : "b:") + each.payload() + " ";
    return all;
  }

  bool heard_messages(const std::string& expected) {
    return until([&] { return messages() == expected; });
  }

  websocket::decoder_limits limits;
  std::size_t window = 64 * 1024;
  std::chrono::milliseconds patience{5'000};
};

} // namespace

// -- messages -----------------------------------------------------------------

TEST_CASE_FIXTURE(websocket_broker_fixture, "messages reach the connection, "
                                            "those of one read together") {
  auto one = open();
  one.socket.send(from_client(text, "a") + from_client(binary, "b"));
  CHECK(heard_messages("t:a b:b "));
  CHECK(heard->received.size() == 1);
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "what came right behind the "
                                            "handshake is not lost") {
  open(from_client(text, "early"));
  CHECK(heard_messages("t:early "));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "what the connection writes goes "
                                            "out as it is") {
  auto one = open();
  write(one.id, "\x81\x02hi");
  CHECK(gets(one, "\x81\x02hi"));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer whose messages are not "
                                            "handled is not read from") {
  window = 100;
  auto one = open();
  std::string many;
  for (int i = 0; i < 10; ++i)
    many += from_client(text, std::to_string(i));
  one.socket.send(many);
  CHECK(heard_messages("t:0 t:1 "));
  run();
  CHECK(messages() == "t:0 t:1 ");
  auto cost = heard->received.back().cost;
  order(msg::taken{one.id, cost});
  CHECK(heard_messages("t:0 t:1 t:2 t:3 "));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "credit given back lets the socket "
                                            "be read again") {
  window = 65;
  auto one = open();
  one.socket.send(from_client(text, "a"));
  CHECK(heard_messages("t:a "));
  one.socket.send(from_client(text, "b"));
  order(msg::taken{one.id, heard->received.back().cost});
  CHECK(heard_messages("t:a t:b "));
}

// -- control frames -----------------------------------------------------------

TEST_CASE_FIXTURE(websocket_broker_fixture, "a ping is answered with its own "
                                            "payload, between fragments too") {
  auto one = open();
  one.socket.send(from_client(text, "a", false) + from_client(ping, "now")
                  + from_client(more, "b"));
  CHECK(gets(one, websocket::encode_pong("now")));
  CHECK(heard_messages("t:ab "));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that does not read gets "
                                            "one pong, for its latest ping") {
  auto one = open({}, true);
  write(one.id, std::string(1'000'000, 'x'));
  one.socket.send(from_client(ping, "1"));
  run();
  one.socket.send(from_client(ping, "2") + from_client(ping, "3"));
  run();
  CHECK(until([&] {
    return after_head(one.socket)
      .value()
      .ends_with("x" + websocket::encode_pong("3"));
  }));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a silent peer is asked for a sign "
                                            "of life, and one that answers "
                                            "stays") {
  heartbeat = 1s;
  auto one = open();
  advance(1500ms);
  CHECK(gets(one, websocket::encode_ping({})));
  one.socket.send(from_client(pong, {}));
  // Until it has been read nothing tells that it is there.
  one.socket.send(from_client(text, "read"));
  CHECK(heard_messages("t:read "));
  advance(500ms);
  CHECK(heard->ended.empty());
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that gives no sign of life "
                                            "is gone") {
  heartbeat = 1s;
  auto one = open();
  for (int i = 0; i < 8; ++i)
    advance(1s);
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(heard->status.code == close_code::abnormal);
  CHECK(until([&] { return one.socket.at_end(); }));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that is not read from is "
                                            "not asked for a sign of life") {
  heartbeat = 1s;
  window = 1;
  auto one = open();
  one.socket.send(from_client(text, "a"));
  CHECK(heard_messages("t:a "));
  for (int i = 0; i < 20; ++i)
    advance(1s);
  CHECK(heard->ended.empty());
  CHECK(after_head(one.socket) == "");
}

// -- the end ------------------------------------------------------------------

TEST_CASE_FIXTURE(websocket_broker_fixture, "a close of the peer is answered "
                                            "with its code, and told to the "
                                            "connection") {
  auto one = open();
  one.socket.send(goodbye(close_code::going_away, "tab"));
  CHECK(gets(one, websocket::encode_close({close_code::going_away, {}})));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(heard->status
        == websocket::close_status{close_code::going_away, "tab"});
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "an empty close is answered with "
                                            "one") {
  auto one = open();
  one.socket.send(from_client(bye, {}));
  CHECK(gets(one, "\x88\0"s));
  CHECK(heard->status.code == close_code::no_status);
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "messages before a close are still "
                                            "delivered") {
  auto one = open();
  one.socket.send(from_client(text, "last") + goodbye(close_code::normal));
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(messages() == "t:last ");
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a close of ours waits for the "
                                            "peer's, and then ends the TCP "
                                            "connection first") {
  auto one = open();
  auto ours = websocket::encode_close({close_code::normal, "done"});
  order(msg::finish{one.id, true, flow::octets::own(ours)});
  CHECK(gets(one, ours));
  CHECK_FALSE(one.socket.at_end());
  one.socket.send(from_client(text, "too late") + goodbye(close_code::normal));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(after_head(one.socket) == ours);
  CHECK(messages().empty());
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that never answers our "
                                            "close is let go of") {
  auto one = open();
  auto ours = websocket::encode_close({close_code::normal, {}});
  order(msg::finish{one.id, true, flow::octets::own(ours)});
  CHECK(gets(one, ours));
  advance(1s);
  CHECK_FALSE(one.socket.at_end());
  advance(2s);
  CHECK(until([&] { return one.socket.at_end(); }));
}

TEST_CASE_FIXTURE(websocket_broker_fixture,
                  "nor does it stay for asking whether "
                  "we are there") {
  auto one = open();
  auto ours = websocket::encode_close({close_code::normal, {}});
  order(msg::finish{one.id, true, flow::octets::own(ours)});
  CHECK(gets(one, ours));
  for (int i = 0; i < 3; ++i) {
    one.socket.send(from_client(ping, "still there?"));
    run();
    advance(1s);
  }
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(after_head(one.socket) == ours);
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a connection that fails has its "
                                            "peer told 1011") {
  auto one = open();
  SUBCASE("by itself") {
    auto ours = websocket::encode_close({close_code::internal_error, {}});
    order(msg::finish{one.id, false, flow::octets::own(ours)});
  }
  SUBCASE("by the supervisor, which knows no frames") {
    order(msg::finish{one.id, false});
  }
  CHECK(gets(one, websocket::encode_close({close_code::internal_error, {}})));
  CHECK(until([&] { return one.socket.at_end(); }));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that does not read is cut "
                                            "without a word") {
  auto one = open({}, true);
  write(one.id, std::string(1'000'000, 'x'));
  auto ours = websocket::encode_close({close_code::policy_violation, {}});
  order(msg::finish{one.id, false, flow::octets::own(ours)});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK_FALSE(one.socket.text().ends_with(ours));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "why it was cut reaches a peer "
                                            "that is still sending") {
  auto one = open();
  one.socket.send(from_client(text, std::string(100, 'a')));
  auto ours = websocket::encode_close({close_code::internal_error, {}});
  order(msg::finish{one.id, false, flow::octets::own(ours)});
  one.socket.send(from_client(text, std::string(100, 'b')));
  CHECK(gets(one, ours));
  one.socket.half_close();
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK_FALSE(one.socket.was_reset());
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that breaks the protocol "
                                            "is told how, and not read any "
                                            "further") {
  auto one = open();
  one.socket.send("\x81\x02hi" + from_client(text, "behind"));
  CHECK(until([&] { return one.socket.at_end(); }));
  auto said = after_head(one.socket).value();
  REQUIRE(said.size() > 4);
  CHECK(said.substr(0, 1) == "\x88");
  CHECK(said.substr(2, 2) == "\x03\xea");
  CHECK(heard->ended == reasons{close_reason::protocol_error});
  CHECK(heard->status.code == close_code::protocol_error);
  CHECK(messages().empty());
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "a peer that vanishes is told of "
                                            "at once") {
  auto one = open();
  SUBCASE("by an end") {
    one.socket.close();
  }
  SUBCASE("by a reset") {
    one.socket.reset();
  }
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(heard->status.code == close_code::abnormal);
}

TEST_CASE_FIXTURE(websocket_broker_fixture,
                  "a peer that resets while it is not "
                  "read from is told of soon") {
  window = 1;
  auto one = open();
  one.socket.send(from_client(text, "a"));
  CHECK(heard_messages("t:a "));
  one.socket.reset();
  CHECK(until([&] {
    advance(500ms);
    return !heard->ended.empty();
  }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "what a peer sent before it closed "
                                            "is delivered, however late") {
  window = 1;
  auto one = open();
  one.socket.send(from_client(text, "a"));
  CHECK(heard_messages("t:a "));
  one.socket.send(from_client(text, "b"));
  one.socket.close();
  advance(2s);
  CHECK(heard->ended.empty());
  order(msg::taken{one.id, heard->received.back().cost});
  CHECK(heard_messages("t:a t:b "));
  order(msg::taken{one.id, heard->received.back().cost});
  CHECK(until([&] { return !heard->ended.empty(); }));
}

TEST_CASE_FIXTURE(websocket_broker_fixture, "what is cut at the deadline of a "
                                            "drain is told 1001") {
  auto one = open();
  order(msg::force{});
  CHECK(heard->ended == reasons{close_reason::drained});
  CHECK(gets(one, websocket::encode_close({close_code::going_away, {}})));
  CHECK(until([&] { return one.socket.at_end(); }));
}
