#include "broker_fixture.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace lungo;
using namespace lungo::test;

namespace {

using reasons = std::vector<close_reason>;

constexpr const char* last_chunk = "0\r\n\r\n";

/// How often the comment of a heartbeat stands in what `who` got, the first one
/// behind the head not counted.
std::size_t heartbeats(peer& who) {
  auto& text = who.text();
  std::size_t found = 0;
  for (auto at = text.find(":\n\n"); at != text.npos;
       at = text.find(":\n\n", at + 1))
    ++found;
  return found - 1;
}

} // namespace

// -- commit -------------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "a commit sends the head with the first "
                                  "octets, and tells the connection") {
  auto one = open();
  CHECK(one.socket.text().starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(one.socket.text().find("Transfer-Encoding: chunked\r\n")
        != std::string::npos);
  CHECK(one.socket.text().ends_with("\r\n\r\n3\r\n:\n\n\r\n"));
  CHECK(heard->committed == std::vector{one.id});
}

TEST_CASE_FIXTURE(broker_fixture, "a commit for a session that is gone ends "
                                  "the connection") {
  auto one = ask();
  auto at = one.at;
  at.session += 1u << 20;
  order(commit_for(at));
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(heard->committed.empty());
  CHECK(one.socket.text().empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a commit for an exchange that took too long "
                                  "ends the connection") {
  config.limits.exchange_timeout = 30s;
  auto one = ask();
  advance(31s);
  order(commit_for(one.at));
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(heard->committed.empty());
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().starts_with("HTTP/1.1 503 "));
}

TEST_CASE_FIXTURE(broker_fixture, "a client that left before its commit is "
                                  "noticed behind it") {
  auto one = ask();
  one.socket.close();
  order(commit_for(one.at));
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(broker_fixture, "the pipeline is gone after the commit") {
  auto one = ask();
  auto what = commit_for(one.at);
  auto before = alive();
  order(what);
  CHECK(until([&] { return alive() == before - 1; }));
}

// -- writing ------------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "what a connection writes reaches its peer") {
  auto one = open();
  write(one.id, "some ");
  write(one.id, "octets");
  CHECK(until([&] { return one.socket.text().ends_with("some octets"); }));
}

TEST_CASE_FIXTURE(broker_fixture, "writes that wait together leave together") {
  auto one = open();
  auto before = one.socket.segments();
  for (int i = 0; i < 20; ++i)
    caf::anon_send(handle,
                   writing(one.id, "write " + std::to_string(i) + "\n"));
  REQUIRE(until([&] { return one.socket.text().ends_with("write 19\n"); }));
  CHECK(one.socket.segments() - before == 1);
}

TEST_CASE_FIXTURE(broker_fixture, "a write to a stream that is over goes "
                                  "nowhere") {
  auto one = open();
  auto other = open();
  order(msg::finish{one.id, false});
  write(one.id, "lost");
  write(other.id, "found");
  CHECK(until([&] { return other.socket.text().ends_with("found"); }));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().find("lost") == std::string::npos);
}

TEST_CASE_FIXTURE(broker_fixture, "what has left is acknowledged in steps, and "
                                  "no octet twice") {
  ack_bytes = 100;
  auto one = open();
  write(one.id, std::string(60, 'a'));
  CHECK(heard->drained.empty());
  write(one.id, std::string(60, 'b'));
  CHECK(heard->drained == std::vector<std::size_t>{120});
  write(one.id, std::string(99, 'c'));
  CHECK(heard->drained.size() == 1);
  write(one.id, "d");
  CHECK(heard->drained == std::vector<std::size_t>{120, 100});
}

TEST_CASE_FIXTURE(broker_fixture, "what the peer has not taken is not "
                                  "acknowledged, and all is in the end") {
  ack_bytes = 1;
  auto one = open(true, true);
  constexpr std::size_t pieces = 400;
  constexpr std::size_t size = 1000;
  for (std::size_t i = 0; i < pieces; ++i)
    write(one.id, std::string(size, 'x'));
  auto sum = [this] {
    return std::accumulate(heard->drained.begin(), heard->drained.end(),
                           std::size_t{0});
  };
  CHECK(sum() < pieces * size);
  auto acknowledged = sum();
  CHECK(until([&] {
    one.socket.read(10'000);
    CHECK(sum() >= acknowledged);
    acknowledged = sum();
    return acknowledged == pieces * size;
  }));
}

// -- heartbeat ----------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "an idle stream gets a heartbeat") {
  heartbeat = 15s;
  auto one = open();
  advance(14s);
  CHECK(heartbeats(one.socket) == 0);
  advance(2s);
  CHECK(until([&] { return heartbeats(one.socket) == 1; }));
  advance(16s);
  CHECK(until([&] { return heartbeats(one.socket) == 2; }));
}

TEST_CASE_FIXTURE(broker_fixture, "what is written puts the heartbeat off") {
  heartbeat = 15s;
  auto one = open();
  for (int i = 0; i < 5; ++i) {
    advance(10s);
    write(one.id, "x");
  }
  REQUIRE(until([&] { return one.socket.text().ends_with("xxxxx"); }));
  CHECK(heartbeats(one.socket) == 0);
}

TEST_CASE_FIXTURE(broker_fixture, "a stream without heartbeat is quiet") {
  heartbeat = 0s;
  auto one = open();
  advance(3600s);
  write(one.id, "!");
  CHECK(until([&] { return one.socket.text().ends_with("!"); }));
  CHECK(heartbeats(one.socket) == 0);
}

TEST_CASE_FIXTURE(broker_fixture, "heartbeats cost no credit") {
  heartbeat = 1s;
  ack_bytes = 1;
  auto one = open();
  advance(2s);
  REQUIRE(until([&] { return heartbeats(one.socket) == 1; }));
  CHECK(heard->drained.empty());
}

// -- the peer's end -----------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "a peer that closes ends its connection, "
                                  "once") {
  auto one = open();
  one.socket.close();
  CHECK(until([&] { return !heard->ended.empty(); }));
  write(one.id, "x");
  order(msg::finish{one.id, true});
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(broker_fixture, "a peer that half-closes has left") {
  auto one = open();
  one.socket.half_close();
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
  CHECK(until([&] { return one.socket.at_end(); }));
}

TEST_CASE_FIXTURE(broker_fixture, "a peer that resets has left") {
  auto one = open();
  one.socket.reset();
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(broker_fixture, "a peer that leaves while much waits for it "
                                  "has left") {
  auto one = open(true, true);
  write(one.id, std::string(4'000'000, 'x'));
  one.socket.reset();
  CHECK(until([&] { return !heard->ended.empty(); }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(broker_fixture,
                  "what a peer sends on its stream is dropped") {
  auto one = open();
  one.socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  write(one.id, "alive");
  CHECK(until([&] { return one.socket.text().ends_with("alive"); }));
  CHECK(asked->serves.size() == 1);
  CHECK(heard->ended.empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a peer that takes nothing is too slow") {
  config.limits.write_timeout = 30s;
  auto one = open(true, true);
  write(one.id, std::string(4'000'000, 'x'));
  advance(29s);
  CHECK(heard->ended.empty());
  advance(2s);
  CHECK(heard->ended == reasons{close_reason::too_slow});
  CHECK(until([&] { return one.socket.at_end(); }));
}

// -- the connection's end -----------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "a clean finish is the last chunk behind "
                                  "all that was written") {
  auto one = open();
  caf::anon_send(handle, writing(one.id, "last"));
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(std::string{"last"} + last_chunk));
  CHECK_FALSE(one.socket.was_reset());
  CHECK(heard->ended.empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a clean finish waits for a slow peer") {
  auto one = open(true, true);
  std::string large(400'000, 'x');
  write(one.id, large);
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(large + last_chunk));
}

TEST_CASE_FIXTURE(broker_fixture, "an unclean finish is a cut: no last chunk") {
  auto one = open();
  order(msg::finish{one.id, false});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK_FALSE(one.socket.text().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(broker_fixture, "a cut comes behind what was written right "
                                  "before it") {
  for (auto chunked : {true, false}) {
    auto one = open(chunked);
    caf::anon_send(handle, writing(one.id, "last"));
    order(msg::finish{one.id, false});
    CHECK(until([&] { return one.socket.at_end(); }));
    CHECK(one.socket.text().ends_with("last"));
  }
}

TEST_CASE_FIXTURE(broker_fixture, "a second finish changes nothing") {
  auto one = open();
  order(msg::finish{one.id, true});
  order(msg::finish{one.id, false});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(std::string{"\r\n"} + last_chunk));
  CHECK_FALSE(one.socket.was_reset());
}

TEST_CASE_FIXTURE(broker_fixture, "without chunks, a clean finish is the end "
                                  "of the socket") {
  auto one = open(false);
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(":\n\n"));
  CHECK_FALSE(one.socket.was_reset());
}

TEST_CASE_FIXTURE(broker_fixture, "without chunks, an unclean finish is a "
                                  "reset") {
  auto one = open(false);
  order(msg::finish{one.id, false});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.was_reset());
}

TEST_CASE_FIXTURE(broker_fixture, "a peer that does not close after a finish "
                                  "is not waited for long") {
  auto one = open();
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  order(msg::drain{});
  CHECK(told->idles == 0);
  advance(3s);
  CHECK(told->idles == 1);
}

// -- the broker's end ---------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "draining waits for the streams' "
                                  "connections") {
  auto one = open();
  order(msg::drain{});
  write(one.id, "bye");
  CHECK(told->idles == 0);
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(std::string{"bye"} + last_chunk));
  one.socket.close();
  CHECK(until([&] { return told->idles == 1; }));
}

TEST_CASE_FIXTURE(broker_fixture, "force tells the connections whose streams "
                                  "it cuts") {
  auto one = open();
  order(msg::drain{});
  order(msg::force{});
  CHECK(heard->ended == reasons{close_reason::drained});
  CHECK(told->idles == 1);
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK_FALSE(one.socket.text().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(broker_fixture, "a broker that ends tells every connection, "
                                  "and closes every socket") {
  auto one = open();
  auto other = open();
  caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
  CHECK(until([&] { return heard->ended.size() == 2; }));
  CHECK(until([&] { return one.socket.at_end() && other.socket.at_end(); }));
}
