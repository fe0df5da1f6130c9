#include "broker_fixture.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

bool starts_with(peer& who, std::string_view text) {
  return who.text().starts_with(text);
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

constexpr const char* post_five
  = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";

} // namespace

// -- exchanges ----------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "a request goes to a pipeline, and the "
                                  "answer to the client") {
  auto one = ask("GET /path?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  auto& request = *asked->serves[0].request;
  CHECK(request.path == "/path");
  CHECK(request.query == "q=1");
  CHECK(request.peer.starts_with("127.0.0.1:"));
  CHECK_FALSE(asked->serves[0].has_body);
  reply(one.at, http::text("hello"));
  CHECK(until([&] { return one.socket.text().ends_with("hello"); }));
  CHECK(starts_with(one.socket, "HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(one.socket.at_end());
}

TEST_CASE_FIXTURE(broker_fixture, "requests sent at once are served one after "
                                  "the other") {
  auto one = ask("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                 "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(asked->serves.size() == 1);
  reply(one.at, http::text("first"));
  auto second = served(1);
  CHECK(asked->serves[1].request->path == "/2");
  CHECK(second.number == 2);
  reply(second, http::text("second"));
  CHECK(until([&] { return one.socket.text().ends_with("second"); }));
  CHECK(one.socket.text().find("first") != std::string::npos);
}

TEST_CASE_FIXTURE(broker_fixture, "an answer to an exchange that is over is "
                                  "not sent") {
  auto one = ask("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                 "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  reply(one.at, http::text("first"));
  auto second = served(1);
  reply(one.at, http::text("once more"));
  reply(second, http::text("second"));
  CHECK(until([&] { return one.socket.text().ends_with("second"); }));
  CHECK(one.socket.text().find("once more") == std::string::npos);
}

TEST_CASE_FIXTURE(broker_fixture, "an answer to a session that is gone goes "
                                  "nowhere") {
  auto one = ask();
  auto& other = connect();
  auto nobody = one.at;
  nobody.session += 1u << 20;
  reply(nobody, http::text("lost"));
  reply(one.at, http::text("found"));
  CHECK(until([&] { return one.socket.text().ends_with("found"); }));
  CHECK(other.text().empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a client that half-closes behind its "
                                  "request gets its answer") {
  auto one = ask();
  one.socket.half_close();
  reply(one.at, http::text("still"));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with("still"));
}

TEST_CASE_FIXTURE(broker_fixture, "octets that are no request are refused, and "
                                  "the socket ends") {
  auto& one = connect();
  one.send("what?\r\n\r\n");
  CHECK(until([&] { return one.at_end(); }));
  CHECK(starts_with(one, "HTTP/1.1 400 "));
  CHECK(asked->serves.empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a body is read when it is wanted") {
  auto one = ask(std::string{post_five} + "hello");
  CHECK(asked->serves[0].has_body);
  CHECK(asked->bodies.empty());
  order(msg::want_body{one.at});
  REQUIRE(until([&] { return asked->bodies.size() == 1; }));
  CHECK(*asked->bodies[0].octets == "hello");
  CHECK_FALSE(asked->bodies[0].failure);
}

TEST_CASE_FIXTURE(broker_fixture, "an answer without the body having been read "
                                  "ends the socket") {
  auto one = ask(std::string{post_five} + "hello");
  reply(one.at, http::empty(status::unauthorized));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(starts_with(one.socket, "HTTP/1.1 401 "));
  CHECK(one.socket.text().find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE_FIXTURE(broker_fixture, "the answer to HEAD has no body") {
  auto one = ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  reply(one.at, http::text("12345"));
  REQUIRE(until([&] { return one.socket.text().ends_with("\r\n\r\n"); }));
  CHECK(one.socket.text().find("Content-Length: 5\r\n") != std::string::npos);
}

// -- deadlines ----------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "a client that asks nothing is let go "
                                  "without a word") {
  auto& one = connect();
  advance(59s);
  CHECK_FALSE(one.at_end());
  advance(2s);
  CHECK(until([&] { return one.at_end(); }));
  CHECK(one.text().empty());
}

TEST_CASE_FIXTURE(broker_fixture, "the wait for the next request begins with "
                                  "the answer") {
  auto one = ask();
  advance(20s);
  reply(one.at, http::text("."));
  advance(50s);
  CHECK_FALSE(one.socket.at_end());
  advance(11s);
  CHECK(until([&] { return one.socket.at_end(); }));
}

TEST_CASE_FIXTURE(broker_fixture, "a head that comes too slowly is a 408") {
  config.limits.head_timeout = 10s;
  auto& one = connect();
  one.send("GET / HTTP/1.1\r\n");
  run();
  advance(6s);
  one.send("Host: x\r\n");
  CHECK_FALSE(one.at_end());
  advance(6s);
  CHECK(until([&] { return one.at_end(); }));
  CHECK(starts_with(one, "HTTP/1.1 408 "));
}

TEST_CASE_FIXTURE(broker_fixture, "a body that stops is told to the pipeline "
                                  "as too slow") {
  config.limits.body_timeout = 10s;
  auto one = ask(post_five);
  order(msg::want_body{one.at});
  one.socket.send("he");
  run();
  advance(11s);
  REQUIRE(asked->bodies.size() == 1);
  REQUIRE(asked->bodies[0].failure);
  CHECK(asked->bodies[0].failure->code == errc::request_timeout);
  reply(one.at, http::empty(status::request_timeout));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(starts_with(one.socket, "HTTP/1.1 408 "));
}

TEST_CASE_FIXTURE(broker_fixture, "the rest of a body that was too slow is "
                                  "not taken for a request") {
  config.limits.body_timeout = 10s;
  auto one = ask(post_five);
  order(msg::want_body{one.at});
  advance(11s);
  one.socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  run();
  reply(one.at, http::empty(status::request_timeout));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(asked->serves.size() == 1);
  CHECK(asked->bodies.size() == 1);
}

TEST_CASE_FIXTURE(broker_fixture, "an exchange that takes too long is a 503, "
                                  "and its answer comes too late") {
  config.limits.exchange_timeout = 30s;
  auto one = ask();
  advance(29s);
  CHECK(one.socket.text().empty());
  advance(2s);
  reply(one.at, http::text("late"));
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(starts_with(one.socket, "HTTP/1.1 503 "));
  CHECK(one.socket.text().find("late") == std::string::npos);
}

TEST_CASE_FIXTURE(broker_fixture, "the pipeline hears that an exchange takes "
                                  "long, and not before") {
  config.limits.verdict_timeout = 5s;
  auto one = ask();
  advance(4s);
  CHECK(asked->overdues.empty());
  advance(2s);
  REQUIRE_FALSE(asked->overdues.empty());
  CHECK(asked->overdues[0].at.number == one.at.number);
}

TEST_CASE_FIXTURE(broker_fixture, "a client that does not read its answer is "
                                  "cut") {
  config.limits.write_timeout = 30s;
  auto one = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
  std::string large(4'000'000, 'x');
  reply(one.at, http::text(large));
  advance(31s);
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().size() < large.size());
}

TEST_CASE_FIXTURE(broker_fixture, "a client that reads its answer slowly gets "
                                  "all of it") {
  config.limits.write_timeout = 30s;
  auto one = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
  std::string large(400'000, 'x');
  reply(one.at, http::text(large));
  for (int i = 0; i < 10; ++i) {
    advance(20s);
    one.socket.read(20'000);
    run();
  }
  CHECK(until([&] { return one.socket.text().ends_with(large); }));
}

// -- the end ------------------------------------------------------------------

TEST_CASE_FIXTURE(broker_fixture, "draining lets go of the idle at once, and "
                                  "says when all are gone") {
  auto& idle = connect();
  auto busy = ask();
  order(msg::drain{});
  CHECK(until([&] { return idle.at_end(); }));
  CHECK(told->idles == 0);
  reply(busy.at, http::text("last"));
  CHECK(until([&] { return busy.socket.at_end(); }));
  CHECK(busy.socket.text().find("Connection: close\r\n") != std::string::npos);
  CHECK(busy.socket.text().ends_with("last"));
  busy.socket.close();
  CHECK(until([&] { return told->idles == 1; }));
}

TEST_CASE_FIXTURE(broker_fixture, "what a client has sent when draining begins "
                                  "is answered, seen or not") {
  auto& one = connect();
  one.send("GET / HTTP/1.1\r\nHo");
  caf::anon_send(handle, msg::drain{});
  run();
  one.send("st: x\r\n\r\n");
  reply(served(0), http::text("last"));
  CHECK(until([&] { return one.at_end(); }));
  CHECK(one.text().find("Connection: close\r\n") != std::string::npos);
  CHECK(one.text().ends_with("last"));
}

TEST_CASE_FIXTURE(broker_fixture, "a request that draining has found loses "
                                  "neither octets nor its answer") {
  auto& one = connect();
  std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n";
  // In a row, before anybody looks at the sockets.
  boost::asio::post(thread.io(), [&] { one.send(head + "first"); });
  caf::anon_send(handle, msg::drain{});
  boost::asio::post(thread.io(), [&] { one.send("second"); });
  auto at = served(0);
  one.half_close();
  run();
  order(msg::want_body{at});
  REQUIRE(until([&] { return asked->bodies.size() == 1; }));
  CHECK(*asked->bodies[0].octets == "firstsecond");
  reply(at, http::text("last"));
  CHECK(until([&] { return one.at_end(); }));
  CHECK(one.text().ends_with("last"));
}

TEST_CASE_FIXTURE(broker_fixture, "a client that has connected when draining "
                                  "begins is answered, and nobody after it") {
  auto& one = knock();
  one.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  caf::anon_send(handle, msg::drain{});
  reply(served(0), http::text("last"));
  CHECK(until([&] { return one.at_end(); }));
  CHECK(one.text().ends_with("last"));
  CHECK(thread.acceptor().closed());
}

TEST_CASE_FIXTURE(broker_fixture, "a client that left before draining began "
                                  "does not end it for the next") {
  knock().close();
  auto& next = knock();
  next.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  caf::anon_send(handle, msg::drain{});
  auto at = served(0);
  CHECK(told->idles == 0);
  reply(at, http::text("last"));
  CHECK(until([&] { return next.at_end(); }));
  next.close();
  CHECK(until([&] { return told->idles == 1; }));
}

TEST_CASE_FIXTURE(broker_fixture, "an idle broker says so at once when it "
                                  "drains, and once") {
  start();
  order(msg::drain{});
  order(msg::drain{});
  CHECK(told->idles == 1);
}

TEST_CASE_FIXTURE(broker_fixture, "a session whose answer was on its way when "
                                  "draining began is let go behind it") {
  auto one = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
  std::string large(400'000, 'x');
  reply(one.at, http::text(large));
  order(msg::drain{});
  CHECK(until([&] { return one.socket.at_end(); }));
  CHECK(one.socket.text().ends_with(large));
}

TEST_CASE_FIXTURE(broker_fixture, "force cuts what is open") {
  auto busy = ask();
  order(msg::drain{});
  order(msg::force{});
  CHECK(told->idles == 1);
  CHECK(until([&] { return busy.socket.at_end(); }));
  CHECK(busy.socket.text().empty());
}

TEST_CASE_FIXTURE(broker_fixture, "a session takes its pipeline with it") {
  auto one = ask();
  auto before = alive();
  one.socket.close();
  reply(one.at, http::text("."));
  CHECK(until([&] { return alive() == before - 1; }));
}

TEST_CASE_FIXTURE(broker_fixture, "a broker that ends closes its sockets") {
  auto& idle = connect();
  auto busy = ask();
  caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
  CHECK(until([&] { return idle.at_end() && busy.socket.at_end(); }));
}

TEST_CASE_FIXTURE(broker_fixture, "100 Continue is sent when the chain has "
                                  "approved, once") {
  auto one = ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                 "Expect: 100-continue\r\n\r\n");
  CHECK(one.socket.text().empty());
  order(msg::want_body{one.at});
  REQUIRE(until([&] { return !one.socket.text().empty(); }));
  one.socket.send("hello");
  REQUIRE(until([&] { return asked->bodies.size() == 1; }));
  reply(one.at, http::text("thanks"));
  CHECK(until([&] { return one.socket.text().ends_with("thanks"); }));
  CHECK(count(one.socket.text(), "HTTP/1.1 100 Continue\r\n\r\n") == 1);
}
