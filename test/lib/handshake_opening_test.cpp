#include "lungo/handshake/opening.hpp"

#include "handshake_samples.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

using namespace lungo;
using http::fields;
using http::framing;
using http::status;
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

handshake::opening opened_stream(std::optional<std::uint64_t> length,
                                 version spoken = version::http_1_1) {
  auto exchange = approved(upgrade_kind::stream, {}, spoken);
  exchange.upgrade->length = length;
  return handshake::open(exchange);
}

handshake::opening opened_websocket(fields said = {},
                                    handshake::terms granted = {},
                                    fields offered = {}) {
  auto asked = samples::websocket_request();
  for (auto& [name, value] : offered)
    asked.fields.add(name, value);
  return handshake::open(samples::websocket_exchange(
    std::move(asked),
    samples::websocket_wish(std::move(granted), std::move(said))));
}

/// As RFC 6455, 1.3 has it.
const std::vector<http::field> accepted{
  {"Upgrade", "websocket"},
  {"Connection", "Upgrade"},
  {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}};

fields behind(std::vector<http::field> said, fields more = {}) {
  fields all;
  said.insert(said.end(), accepted.begin(), accepted.end());
  said.insert(said.end(), more.begin(), more.end());
  for (auto& [name, value] : said)
    all.add(name, value);
  return all;
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

TEST_CASE("a stream of known length is framed by it, for HTTP/1.0 too") {
  for (auto spoken : {version::http_1_1, version::http_1_0}) {
    auto opening = opened_stream(1'234, spoken);
    CHECK(opening.framing == framing::length);
    CHECK(opening.content_length == 1'234);
    CHECK(opened_stream(0, spoken).framing == framing::length);
  }
  CHECK(opened_stream(std::nullopt).framing == framing::chunked);
  CHECK(opened_stream(std::nullopt).content_length == 0);
}

TEST_CASE("only a streamed body has a length") {
  for (auto kind : {upgrade_kind::sse, upgrade_kind::websocket}) {
    auto exchange = approved(kind);
    exchange.upgrade->length = 7;
    CHECK(handshake::open(exchange).framing != framing::length);
    CHECK(handshake::open(exchange).content_length == 0);
  }
}

// -- WebSockets: RFC 6455, 4.2.2, item 5 --------------------------------------

TEST_CASE("a WebSocket opens with a 101 that accepts the key, and no body") {
  auto opening = opened_websocket();
  CHECK(opening.head
        == http::response{status::switching_protocols, behind({}), ""});
  CHECK(opening.framing == framing::none);
}

TEST_CASE("what was said of a WebSocket stays, in order and number") {
  CHECK(opened_websocket({{"Set-Cookie", "a=1"},
                          {"Content-Type", "text/x"},
                          {"Set-Cookie", "b=2"}})
          .head.fields
        == behind({{"Set-Cookie", "a=1"},
                   {"Content-Type", "text/x"},
                   {"Set-Cookie", "b=2"}}));
}

TEST_CASE("what only a handshake may say is taken from what was said") {
  CHECK(opened_websocket({{"upgrade", "h2c"},
                          {"CONNECTION", "close"},
                          {"X-A", "1"},
                          {"Content-Length", "0"},
                          {"transfer-encoding", "chunked"},
                          {"Sec-WebSocket-Accept", "x"},
                          {"sec-websocket-protocol", "chat"},
                          {"Sec-WebSocket-Extensions", "x"},
                          {"Sec-WebSocket-Version", "13"},
                          {"Sec-WebSocket-X", "y"},
                          {"Sec-WebSocke", "z"}})
          .head.fields
        == behind({{"X-A", "1"}, {"Sec-WebSocke", "z"}}));
}

TEST_CASE("what both agreed on is told, and nothing else") {
  const handshake::terms ours{std::nullopt, {"chat.v2", "chat.v1"}, true};
  const fields theirs{{"Sec-WebSocket-Protocol", "chat.v1"},
                      {"Sec-WebSocket-Extensions", "permessage-deflate"}};
  CHECK(opened_websocket({}, ours, theirs).head.fields
        == behind({}, {{"Sec-WebSocket-Protocol", "chat.v1"},
                       {"Sec-WebSocket-Extensions",
                        "permessage-deflate; server_no_context_takeover; "
                        "client_no_context_takeover"}}));
  CHECK(opened_websocket({}, ours).head.fields == behind({}));
  CHECK(opened_websocket({}, {}, theirs).head.fields == behind({}));
}

TEST_CASE("the exchange that is opened stays as it was") {
  auto exchange = approved(upgrade_kind::sse, {{"Content-Type", "text/html"}});
  handshake::open(exchange);
  CHECK(exchange.response.fields == fields{{"Content-Type", "text/html"}});
}
