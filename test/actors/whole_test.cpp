#include "whole_fixture.hpp"

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;

constexpr const char* last_chunk = "0\r\n\r\n";

/// Greets its client and stays.
sse::behavior greet(sse::connection<>* self) {
  self->push(sse::event{"welcome"});
  return {};
}

/// Fails over the first message that it sends to itself.
sse::behavior fail_at_once(sse::connection<>* self) {
  self->send(self, go_atom::value);
  return {[](go_atom) { throw std::runtime_error("no"); }};
}

struct producer {
  int next = 1;
};

constexpr int numbers = 5000;

/// Sends numbers as fast as they are taken, then closes.
sse::behavior produce(sse::connection<producer>* self) {
  self->on_drained([=] {
    auto& next = self->state.next;
    while (next <= numbers && self->writable())
      self->push(sse::event{std::to_string(next++)});
    if (next > numbers)
      self->close();
  });
  return {};
}

std::string produced() {
  std::string all;
  for (int i = 1; i <= numbers; ++i)
    all += sse::encode(sse::event{std::to_string(i)}).chunk();
  return all + last_chunk;
}

middleware judging(std::function<http::verdict(const http::exchange&)> f) {
  return make_middleware("judge", {nullptr, std::move(f)});
}

bool contains(peer& who, std::string_view text) {
  return who.text().find(text) != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(whole_fixture, "a stream goes from the request to its first "
                                 "event") {
  get("/", sse::upgrade(greet));
  auto& client = ask("/");
  CHECK(until([&] { return contains(client, "data: welcome\n\n"); }));
  CHECK(client.text().starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(contains(client, "Content-Type: text/event-stream\r\n"));
  CHECK(connections() == 1);
}

TEST_CASE_FIXTURE(whole_fixture, "the fields of a review arrive on the head of "
                                 "a stream") {
  auto cookies = judging([](const http::exchange&) -> http::verdict {
    return http::amend{}
      .set("Access-Control-Allow-Origin", "https://a.example")
      .add("Set-Cookie", "a=1")
      .add("Set-Cookie", "b=2");
  });
  get("/", sse::upgrade(greet), {cookies});
  auto& client = ask("/");
  CHECK(until([&] { return contains(client, "data: welcome\n\n"); }));
  CHECK(contains(client, "Access-Control-Allow-Origin: https://a.example\r\n"));
  CHECK(contains(client, "Set-Cookie: a=1\r\n"));
  CHECK(contains(client, "Set-Cookie: b=2\r\n"));
}

TEST_CASE_FIXTURE(whole_fixture, "a 401 after the handler is what the client "
                                 "gets, and no stream") {
  auto deny = judging([](const http::exchange&) -> http::verdict {
    return http::replace{http::text("who?", status::unauthorized)};
  });
  get("/", sse::upgrade(greet), {deny});
  auto& client = ask("/");
  CHECK(until([&] { return client.text().ends_with("who?"); }));
  CHECK(client.text().starts_with("HTTP/1.1 401 "));
  CHECK_FALSE(contains(client, "event-stream"));
  CHECK(connections() == 0);
}

TEST_CASE_FIXTURE(whole_fixture, "a connection that fails before it hears of "
                                 "its commit leaves no stream behind") {
  get("/", sse::upgrade(fail_at_once));
  auto& client = ask("/");
  CHECK(until([&] { return client.at_end(); }));
  CHECK_FALSE(client.text().ends_with(last_chunk));
  CHECK(connections() == 0);
}

TEST_CASE_FIXTURE(whole_fixture, "a peer that leaves ends its connection") {
  get("/", sse::upgrade(greet));
  auto& client = ask("/");
  REQUIRE(until([&] { return contains(client, "data: welcome\n\n"); }));
  client.close();
  CHECK(until([&] { return connections() == 0; }));
}

TEST_CASE_FIXTURE(whole_fixture, "a stream never stalls: all that is produced "
                                 "arrives, at any pace of the reader") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 16, .window_bytes = 3000};
  get("/", sse::upgrade(produce, how));
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    std::mt19937 dice{seed};
    auto& client = ask("/", true);
    CHECK(until([&] {
      client.read(std::uniform_int_distribution<std::size_t>{1, 9000}(dice));
      return client.at_end();
    }));
    CHECK(client.text().ends_with("\r\n\r\n3\r\n:\n\n\r\n" + produced()));
  }
}

TEST_CASE_FIXTURE(whole_fixture, "a reader that stops is cut as too slow, and "
                                 "its connection ends") {
  config.limits.write_timeout = 30s;
  get("/", sse::upgrade([](sse::connection<>* self) -> sse::behavior {
        self->on_drained([=] {
          while (self->writable())
            self->push(sse::event{std::string(1000, 'x')});
        });
        return {};
      }));
  auto& client = ask("/", true);
  CHECK(connections() == 1);
  advance(31s);
  CHECK(connections() == 0);
  CHECK(until([&] { return client.at_end(); }));
}

TEST_CASE_FIXTURE(whole_fixture, "a middleware that died serves again after "
                                 "its restart") {
  auto fragile = make_middleware(
    "fragile", {[](const http::request& asked) -> http::verdict {
                  if (asked.path == "/bad")
                    throw std::runtime_error("no");
                  return http::approve{};
                },
                nullptr});
  get("/:path",
      [](const http::request&) -> http::answer { return http::text("fine"); },
      {fragile});
  auto& bad = ask("/bad");
  CHECK(until([&] { return bad.text().starts_with("HTTP/1.1 500 "); }));
  auto& good = ask("/good");
  CHECK(until([&] { return good.text().ends_with("fine"); }));
}

TEST_CASE_FIXTURE(whole_fixture, "draining ends the streams cleanly, and then "
                                 "the server") {
  get("/", sse::upgrade(greet));
  auto& client = ask("/");
  REQUIRE(until([&] { return contains(client, "data: welcome\n\n"); }));
  order(msg::drain{10s});
  CHECK(until([&] { return client.at_end(); }));
  CHECK(client.text().ends_with(last_chunk));
  client.close();
  CHECK(until([&] { return has_ended(supervisor); }));
  CHECK(alive() == 0);
}

TEST_CASE_FIXTURE(whole_fixture, "a peer that does not read does not keep the "
                                 "server from leaving") {
  get("/", sse::upgrade(produce));
  ask("/", true);
  order(msg::drain{10s});
  CHECK_FALSE(has_ended(supervisor));
  advance(11s);
  CHECK(has_ended(supervisor));
  CHECK(alive() == 0);
}
