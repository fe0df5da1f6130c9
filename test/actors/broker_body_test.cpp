#include "broker_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

using reasons = std::vector<close_reason>;

constexpr const char* post_ten
  = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n";
constexpr const char* post_chunks
  = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr const char* expecting_ten
  = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
    "Expect: 100-continue\r\n\r\n";
constexpr const char* last_chunk = "0\r\n\r\n";

bool contains(peer& who, std::string_view what) {
  return who.text().find(what) != std::string::npos;
}

class body_fixture : public broker_fixture {
public:
  ~body_fixture() override { end_actors(); }

  /// The client says `octets` to `one`, and the broker has had its chance to
  /// read them: it has read a whole request that was sent behind them.
  void say(peer& one, std::string_view octets) {
    one.send(octets);
    ask();
  }

  // Before the commit: the place of a pipeline.

  void want(const exchange_ref& at) { order(msg::want_body{at, false}); }

  /// What the pipeline was given last, when it has been given so many.
  const msg::body& piece(std::size_t number) {
    REQUIRE(until([&] { return asked->bodies.size() == number; }));
    return asked->bodies.back();
  }

  // Behind it: the place of a connection.

  /// Commits a streamed body that reads that of its request.
  stream commit(const client& to, bool reads = true,
                http::framing framing = http::framing::chunked) {
    auto what = commit_for(to.at);
    what.habits.first = what.habits.idle = {};
    what.opening.framing = framing;
    what.reads_body = reads;
    order(what);
    REQUIRE(until([&] { return contains(to.socket, "200 OK"); }));
    return {to.socket, to.at.session};
  }

  stream begin(std::string_view octets) { return commit(ask(octets)); }

  void want(const stream& to) { order(msg::want_body{{handle, to.id}, false}); }

  /// What the connection was given last, when it has been given so many.
  const msg::body& heard_piece(std::size_t number) {
    REQUIRE(until([&] { return heard->bodies.size() == number; }));
    return heard->bodies.back();
  }

  void check_ended(close_reason why) {
    REQUIRE(until([&] { return !heard->ended.empty(); }));
    CHECK(heard->ended == reasons{why});
  }
};

} // namespace

// -- pieces for a pipeline ----------------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "a piece is what is here, and the next one "
                                "comes when it is asked for") {
  auto one = ask(std::string{post_ten} + "hello");
  CHECK(asked->bodies.empty());
  want(one.at);
  CHECK(*piece(1).octets == "hello");
  CHECK_FALSE(piece(1).last);
  CHECK(piece(1).at.number == one.at.number);
  say(one.socket, "world");
  CHECK(asked->bodies.size() == 1);
  want(one.at);
  CHECK(*piece(2).octets == "world");
  CHECK(piece(2).last);
}

TEST_CASE_FIXTURE(body_fixture, "a piece that is not here yet is passed on "
                                "when it comes") {
  auto one = ask(post_ten);
  want(one.at);
  CHECK(asked->bodies.empty());
  one.socket.send("hel");
  CHECK(*piece(1).octets == "hel");
  CHECK_FALSE(piece(1).last);
}

TEST_CASE_FIXTURE(body_fixture, "a whole body is not passed on before it is "
                                "whole") {
  auto one = ask(std::string{post_ten} + "hello");
  order(msg::want_body{one.at});
  CHECK(asked->bodies.empty());
  one.socket.send("world");
  CHECK(*piece(1).octets == "helloworld");
  CHECK(piece(1).last);
}

TEST_CASE_FIXTURE(body_fixture, "chunks that are here together make one "
                                "piece") {
  auto one = ask(std::string{post_chunks} + "3\r\none\r\n3\r\ntwo\r\n2\r\nt");
  want(one.at);
  CHECK(*piece(1).octets == "onetwot");
  CHECK_FALSE(piece(1).last);
  one.socket.send("h\r\n0\r\n\r\n");
  want(one.at);
  CHECK(*piece(2).octets == "h");
  CHECK(piece(2).last);
}

TEST_CASE_FIXTURE(body_fixture, "an end may come without octets") {
  auto one = ask(std::string{post_chunks} + "3\r\none\r\n");
  want(one.at);
  piece(1);
  want(one.at);
  one.socket.send(last_chunk);
  CHECK(piece(2).octets->empty());
  CHECK(piece(2).last);
}

TEST_CASE_FIXTURE(body_fixture, "octets of framing alone are no piece") {
  auto one = ask(std::string{post_chunks} + "5");
  want(one.at);
  say(one.socket, "\r\n");
  CHECK(asked->bodies.empty());
  one.socket.send("hello");
  CHECK(*piece(1).octets == "hello");
}

TEST_CASE_FIXTURE(body_fixture, "the request behind a streamed body is served "
                                "behind its answer") {
  auto one = ask(std::string{post_ten}
                 + "helloworldGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  want(one.at);
  CHECK(piece(1).last);
  CHECK(asked->serves.size() == 1);
  reply(one.at, http::text("thanks"));
  served(1);
  CHECK(asked->serves[1].request->path == "/next");
}

TEST_CASE_FIXTURE(body_fixture, "an answer between two pieces ends the "
                                "socket") {
  auto one = ask(std::string{post_ten} + "hello");
  want(one.at);
  piece(1);
  reply(one.at, http::empty(status::content_too_large));
  REQUIRE(until([&] { return one.socket.at_end(); }));
  CHECK(contains(one.socket, "Connection: close\r\n"));
}

TEST_CASE_FIXTURE(body_fixture, "100 Continue is sent once, however many "
                                "pieces are asked for") {
  auto one = ask(expecting_ten);
  CHECK(one.socket.text().empty());
  want(one.at);
  REQUIRE(until([&] { return !one.socket.text().empty(); }));
  one.socket.send("hello");
  piece(1);
  want(one.at);
  one.socket.send("world");
  piece(2);
  reply(one.at, http::text("thanks"));
  REQUIRE(until([&] { return one.socket.text().ends_with("thanks"); }));
  auto& text = one.socket.text();
  CHECK(text.find("100 Continue") == text.rfind("100 Continue"));
}

TEST_CASE_FIXTURE(body_fixture, "who has sent some of the body is not told to "
                                "continue") {
  auto one = ask(std::string{expecting_ten} + "hello");
  want(one.at);
  piece(1);
  say(one.socket, "world");
  CHECK(one.socket.text().empty());
}

TEST_CASE_FIXTURE(body_fixture, "the limit of whole bodies does not hold for "
                                "streamed ones") {
  config.limits.body_bytes = 5;
  auto one = ask(std::string{post_ten} + "hello");
  SUBCASE("as pieces") {
    want(one.at);
    CHECK_FALSE(piece(1).failure);
  }
  SUBCASE("whole") {
    order(msg::want_body{one.at});
    REQUIRE(piece(1).failure);
    CHECK(piece(1).failure->code == errc::content_too_large);
  }
}

TEST_CASE_FIXTURE(body_fixture, "what comes above the limit of streams fails "
                                "the body") {
  config.limits.streamed_body_bytes = 5;
  auto one = ask(std::string{post_chunks} + "5\r\nhello\r\n");
  want(one.at);
  CHECK_FALSE(piece(1).failure);
  want(one.at);
  one.socket.send("1\r\n");
  REQUIRE(piece(2).failure);
  CHECK(piece(2).failure->code == errc::content_too_large);
}

TEST_CASE_FIXTURE(body_fixture, "a malformed chunk fails the body, and nothing "
                                "follows it") {
  auto one = ask(std::string{post_chunks} + "5\r\nhello\r\nwhat?");
  want(one.at);
  REQUIRE(piece(1).failure);
  CHECK(piece(1).failure->code == errc::bad_request);
  CHECK(piece(1).last);
  reply(one.at, http::empty(status::bad_request));
  REQUIRE(until([&] { return one.socket.at_end(); }));
  CHECK(contains(one.socket, "Connection: close\r\n"));
}

TEST_CASE_FIXTURE(body_fixture, "the wait for a piece begins when it is asked "
                                "for, and again with each") {
  config.limits.body_timeout = 10s;
  auto one = ask(std::string{post_ten} + "h");
  advance(9s);
  want(one.at);
  piece(1);
  advance(9s);
  want(one.at);
  advance(9s);
  CHECK(asked->bodies.size() == 1);
  advance(2s);
  REQUIRE(piece(2).failure);
  CHECK(piece(2).failure->code == errc::request_timeout);
}

TEST_CASE_FIXTURE(body_fixture, "a client that leaves between two pieces takes "
                                "its pipeline with it") {
  auto one = ask(std::string{post_ten} + "hello");
  want(one.at);
  piece(1);
  auto before = alive();
  one.socket.close();
  want(one.at);
  CHECK(until([&] { return alive() == before - 1; }));
  CHECK(asked->bodies.size() == 1);
}

// -- pieces for a connection --------------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "a connection is given what came behind the "
                                "head, without another octet") {
  auto one = begin(std::string{post_ten} + "helloworld");
  CHECK(heard->bodies.empty());
  want(one);
  CHECK(*heard_piece(1).octets == "helloworld");
  CHECK(heard_piece(1).last);
}

TEST_CASE_FIXTURE(body_fixture, "a connection is given a piece when it asks, "
                                "and nothing ahead") {
  auto one = begin(std::string{post_ten} + "hel");
  want(one);
  CHECK(*heard_piece(1).octets == "hel");
  CHECK_FALSE(heard_piece(1).last);
  say(one.socket, "lo");
  CHECK(heard->bodies.size() == 1);
  want(one);
  CHECK(*heard_piece(2).octets == "lo");
  want(one);
  one.socket.send("world");
  CHECK(*heard_piece(3).octets == "world");
  CHECK(heard_piece(3).last);
}

TEST_CASE_FIXTURE(body_fixture, "asking again for what has not come yet "
                                "changes nothing") {
  auto one = begin(post_ten);
  want(one);
  want(one);
  one.socket.send("hello");
  heard_piece(1);
  say(one.socket, "world");
  CHECK(heard->bodies.size() == 1);
}

TEST_CASE_FIXTURE(body_fixture, "chunks are given without their framing") {
  auto one = begin(std::string{post_chunks} + "3\r\none\r\n3\r\ntw");
  want(one);
  CHECK(*heard_piece(1).octets == "onetw");
  want(one);
  one.socket.send("o\r\n0\r\n\r\n");
  CHECK(*heard_piece(2).octets == "o");
  CHECK(heard_piece(2).last);
}

TEST_CASE_FIXTURE(body_fixture, "a request without body has one that is "
                                "empty") {
  auto one = begin("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
  want(one);
  CHECK(heard_piece(1).octets->empty());
  CHECK(heard_piece(1).last);
}

TEST_CASE_FIXTURE(body_fixture, "what comes behind the body is dropped") {
  auto one = begin(std::string{post_ten} + "helloworldGET /");
  want(one);
  CHECK(*heard_piece(1).octets == "helloworld");
  say(one.socket, "next HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(asked->serves.back().request->path != "/next");
  CHECK(heard->ended.empty());
  write(one.id, "still");
  CHECK(until([&] { return contains(one.socket, "still"); }));
}

TEST_CASE_FIXTURE(body_fixture, "a body that no connection reads is dropped") {
  auto one = commit(ask(std::string{post_ten} + "hello"), false);
  say(one.socket, "world and what else there is");
  CHECK(heard->bodies.empty());
  CHECK(heard->ended.empty());
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(body_fixture, "a stream may end before the body is read") {
  auto one = begin(post_ten);
  write(one.id, "enough");
  order(msg::finish{one.id, true});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(body_fixture, "100 Continue stands before the head of a "
                                "stream that reads") {
  auto one = ask(expecting_ten);
  SUBCASE("once") {
    auto opened = commit(one);
    want(opened);
    opened.socket.send("helloworld");
    heard_piece(1);
    auto& text = one.socket.text();
    CHECK(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
    CHECK(text.find("100 Continue") == text.rfind("100 Continue"));
  }
  SUBCASE("and not of one that does not") {
    commit(one, false);
    CHECK(one.socket.text().starts_with("HTTP/1.1 200 OK\r\n"));
  }
}

TEST_CASE_FIXTURE(body_fixture, "100 Continue is not said by a stream to who "
                                "has sent some of the body") {
  auto one = begin(std::string{expecting_ten} + "hello");
  CHECK(one.socket.text().starts_with("HTTP/1.1 200 OK\r\n"));
}

// -- ends of a stream with a body ---------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "a client may be slow with a piece while "
                                "nobody asks for it") {
  config.limits.body_timeout = 10s;
  auto one = begin(post_ten);
  advance(60s);
  CHECK(heard->ended.empty());
  want(one);
  advance(9s);
  CHECK(heard->ended.empty());
  one.socket.send("hello");
  heard_piece(1);
  advance(60s);
  CHECK(heard->ended.empty());
  want(one);
  advance(11s);
  check_ended(close_reason::too_slow);
}

TEST_CASE_FIXTURE(body_fixture, "a body that does not go on cuts the stream") {
  config.limits.body_timeout = 10s;
  auto opened = ask(post_ten);
  SUBCASE("without a last chunk") {
    auto one = commit(opened);
    want(one);
    advance(11s);
    CHECK(until([&] { return one.socket.at_end(); }));
    CHECK_FALSE(one.socket.text().ends_with(last_chunk));
  }
  SUBCASE("by a reset where there are no chunks") {
    auto one = commit(opened, true, http::framing::close);
    want(one);
    advance(11s);
    CHECK(until([&] { return one.socket.was_reset(); }));
  }
  check_ended(close_reason::too_slow);
}

TEST_CASE_FIXTURE(body_fixture, "a malformed chunk cuts the stream") {
  auto one = begin(std::string{post_chunks} + "5\r\nhello\r\nwhat?");
  want(one);
  check_ended(close_reason::protocol_error);
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK_FALSE(one.socket.text().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(body_fixture, "what comes above the limit cuts the stream") {
  config.limits.streamed_body_bytes = 5;
  auto one = begin(std::string{post_chunks} + "6\r\nhello!");
  want(one);
  check_ended(close_reason::protocol_error);
}

TEST_CASE_FIXTURE(body_fixture, "a client that leaves within its body is "
                                "noticed by who waits for it") {
  auto one = begin(std::string{post_ten} + "hello");
  want(one);
  heard_piece(1);
  one.socket.half_close();
  want(one);
  check_ended(close_reason::peer_left);
}

TEST_CASE_FIXTURE(body_fixture, "a client that leaves while nobody asks for "
                                "its body is told of soon") {
  auto one = commit(ask(post_ten));
  SUBCASE("by an end") {
    one.socket.close();
  }
  SUBCASE("by a reset") {
    one.socket.reset();
  }
  CHECK(until([&] {
    advance(500ms);
    return !heard->ended.empty();
  }));
  CHECK(heard->ended == reasons{close_reason::peer_left});
}

TEST_CASE_FIXTURE(body_fixture, "nobody is told of a body when its stream has "
                                "ended") {
  auto one = begin(post_ten);
  want(one);
  order(msg::finish{one.id, true});
  say(one.socket, "helloworld");
  CHECK(heard->bodies.empty());
  want(one);
  CHECK(heard->bodies.empty());
}
