#include "lungo/handshake/opening.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

using namespace lungo;
using http::fields;
using http::framing;
using http::upgrade_kind;
using http::version;

namespace {

http::exchange approved(upgrade_kind kind, fields said = {},
                        version spoken = version::http_1_1) {
  auto request = std::make_shared<http::request>();
  request->version = spoken;
  http::upgrade wanted{kind, std::move(said), nullptr};
  return http::prepare(std::move(request), std::move(wanted));
}

fields head_fields(upgrade_kind kind, fields said) {
  return handshake::open(approved(kind, std::move(said))).head.fields;
}

} // namespace

TEST_CASE("an event stream says its type and is neither cached nor buffered") {
  auto opening = handshake::open(approved(upgrade_kind::sse));
  CHECK(
    opening.head
    == http::response{http::status::ok,
                      {{"Content-Type", "text/event-stream"},
                       {"Cache-Control", "no-cache, no-store, no-transform"},
                       {"X-Accel-Buffering", "no"}},
                      ""});
}

// WHATWG HTML, 9.2.3: with any other type a browser fails the connection.
TEST_CASE("an event stream keeps its type, whatever was set") {
  auto said = head_fields(upgrade_kind::sse, {{"content-type", "text/plain"},
                                              {"X-A", "1"},
                                              {"Content-Type", "text/html"}});
  CHECK(said.all("Content-Type")
        == std::vector<std::string_view>{"text/event-stream"});
}

TEST_CASE("who set caching or buffering of a stream is heeded") {
  CHECK(head_fields(upgrade_kind::sse, {{"cache-control", "no-cache"},
                                        {"x-accel-buffering", "yes"}})
        == fields{{"cache-control", "no-cache"},
                  {"x-accel-buffering", "yes"},
                  {"Content-Type", "text/event-stream"}});
}

TEST_CASE("what was said several times stands there several times, in order") {
  auto said = head_fields(upgrade_kind::sse, {{"Set-Cookie", "a=1"},
                                              {"Link", "</a>"},
                                              {"Set-Cookie", "b=2"},
                                              {"Link", "</b>"}});
  std::vector<http::field> first{said.begin(), said.begin() + 4};
  CHECK(first
        == std::vector<http::field>{{"Set-Cookie", "a=1"},
                                    {"Link", "</a>"},
                                    {"Set-Cookie", "b=2"},
                                    {"Link", "</b>"}});
}

TEST_CASE("a streamed body is left as the handler described it") {
  const fields said{{"Content-Type", "text/csv"}, {"X-A", "1"}};
  CHECK(head_fields(upgrade_kind::stream, said) == said);
  CHECK(head_fields(upgrade_kind::stream, {}).empty());
}

TEST_CASE("a head has no body, whatever the response had") {
  auto exchange = approved(upgrade_kind::sse);
  exchange.response.body = "never sent";
  CHECK(handshake::open(exchange).head.body.empty());
}

// RFC 9112, 6.3: HTTP/1.0 knows no chunks.
TEST_CASE("a stream is chunked for HTTP/1.1, and ends by closing for 1.0") {
  for (auto kind : {upgrade_kind::sse, upgrade_kind::stream}) {
    CHECK(handshake::open(approved(kind)).framing == framing::chunked);
    CHECK(handshake::open(approved(kind, {}, version::http_1_0)).framing
          == framing::close);
  }
}

TEST_CASE("the exchange that is opened stays as it was") {
  auto exchange = approved(upgrade_kind::sse, {{"Content-Type", "text/html"}});
  handshake::open(exchange);
  CHECK(exchange.response.fields == fields{{"Content-Type", "text/html"}});
}
