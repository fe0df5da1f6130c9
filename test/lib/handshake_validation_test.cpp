#include "lungo/handshake/validation.hpp"

#include "handshake_samples.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

using namespace lungo;
using handshake::policy;
using handshake::refusal;
using handshake::terms;
using http::fields;
using http::method;
using http::status;
using http::upgrade_kind;
using samples::websocket_request;
using samples::websocket_wish;

namespace {

constexpr auto key_field = "Sec-WebSocket-Key";
constexpr auto version_field = "Sec-WebSocket-Version";

/// The answer that refuses it; 101 if none does.
http::response answer_to(const http::request& asked, terms granted = {},
                         const policy& allowed = {}) {
  auto refused = refusal(asked, websocket_wish(std::move(granted)), allowed);
  return refused ? *refused : http::empty(status::switching_protocols);
}

/// What is said to the sample request with fields of that name, and no others.
status answer_with(const char* name, std::initializer_list<const char*> values,
                   terms granted = {}, const policy& allowed = {}) {
  auto asked = websocket_request();
  asked.fields.remove(name);
  for (const auto* each : values)
    asked.fields.add(name, each);
  return answer_to(asked, std::move(granted), allowed).status;
}

terms from(std::vector<std::string> origins) {
  return {std::move(origins), {}, false};
}

constexpr auto passed = status::switching_protocols;

const fields text_type{{"Content-Type", "text/plain; charset=utf-8"}};

fields with_text_type(fields others) {
  fields all = text_type;
  for (auto& [name, value] : others)
    all.add(name, value);
  return all;
}

} // namespace

// -- event streams and streamed bodies ----------------------------------------

// WHATWG HTML, 9.2.2: `Accept` is what a client may say, not what it must.
TEST_CASE("a stream asks nothing of its request") {
  for (auto kind : {upgrade_kind::sse, upgrade_kind::stream}) {
    http::upgrade wish;
    wish.kind = kind;
    http::request request;
    CHECK_FALSE(refusal(request, wish, {}));
    request.method = method::post;
    request.version = http::version::http_1_0;
    request.fields.add("Accept", "application/json")
      .add("Origin", "https://foreign.example");
    CHECK_FALSE(refusal(request, wish, {}));
  }
}

// -- WebSockets: RFC 6455, 4.2.1 ----------------------------------------------

TEST_CASE("the handshake of RFC 6455, 1.2 passes") {
  CHECK(answer_to(websocket_request()).status == passed);
}

// RFC 9110, 7.8 and 15.5.22.
TEST_CASE("without Upgrade to it, or over HTTP/1.0, a WebSocket is a 426") {
  auto old = websocket_request();
  old.version = http::version::http_1_0;
  auto plain = websocket_request();
  plain.fields.remove("Upgrade");
  auto other = websocket_request();
  other.fields.set("Upgrade", "h2c, \"websocket\", websocket/13");
  for (auto& asked : {old, plain, other}) {
    auto answer = answer_to(asked);
    CHECK(answer.status == status::upgrade_required);
    CHECK(answer.fields
          == with_text_type(
            {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}));
    CHECK_FALSE(answer.body.empty());
  }
}

TEST_CASE("Upgrade and Connection are lists, and case counts in neither") {
  CHECK(answer_with("Upgrade", {"h2c, WebSocket"}) == passed);
  CHECK(answer_with("Upgrade", {"h2c", "WEBSOCKET"}) == passed);
  CHECK(answer_with("Connection", {"keep-alive, upgrade"}) == passed);
  CHECK(answer_with("Connection", {"keep-alive", "UPGRADE"}) == passed);
}

// 4.2.1, item 1; RFC 9110, 15.5.6.
TEST_CASE("another method than GET is a 405 that names GET") {
  for (auto other : {method::head, method::post, method::put, method::delete_,
                     method::options, method::patch}) {
    auto asked = websocket_request();
    asked.method = other;
    auto answer = answer_to(asked);
    CHECK(answer.status == status::method_not_allowed);
    CHECK(answer.fields == with_text_type({{"Allow", "GET"}}));
  }
}

// 4.2.1, item 4.
TEST_CASE("an Upgrade that Connection does not list is a 400") {
  CHECK(answer_with("Connection", {}) == status::bad_request);
  CHECK(answer_with("Connection", {"keep-alive"}) == status::bad_request);
}

// 4.2.2, item 4, and 4.4: the answer names the versions that are spoken.
TEST_CASE("another version than 13 is a 426 that names 13") {
  for (auto other : {"8", "12", "14", "013", "13.0", "x", "", "13, 8"}) {
    INFO(other);
    auto asked = websocket_request();
    asked.fields.set(version_field, other);
    auto answer = answer_to(asked);
    CHECK(answer.status == status::upgrade_required);
    CHECK(answer.fields.get("Upgrade") == "websocket");
    CHECK(answer.fields.all(version_field)
          == std::vector<std::string_view>{"13"});
  }
}

// 11.3.5: one in a request. The drafts before version 4 sent none.
TEST_CASE("no version, or several, are a 400") {
  CHECK(answer_with(version_field, {}) == status::bad_request);
  CHECK(answer_with(version_field, {"13", "13"}) == status::bad_request);
  CHECK(answer_with(version_field, {"13", "8"}) == status::bad_request);
}

// 4.2.1, item 5, and 11.3.1.
TEST_CASE("a key is there once") {
  const auto* key = "dGhlIHNhbXBsZSBub25jZQ==";
  CHECK(answer_with(key_field, {key}) == passed);
  CHECK(answer_with(key_field, {}) == status::bad_request);
  CHECK(answer_with(key_field, {key, key}) == status::bad_request);
}

TEST_CASE("a key is base64 of sixteen octets, in its canonical form") {
  for (auto key : {"AAAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w==",
                   "+123456789abcdefghijkQ==", "ABCDEFGHIJKLMNOPQRSTUg=="})
    CHECK(answer_with(key_field, {key}) == passed);
  for (auto key : {"", "AAAA", "AAAAAAAAAAAAAAAAAAAA",
                   "AAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAA",
                   "AAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAA",
                   "AAAAAAAAAAAAAAAAAAAAAA===", "AAAAAAAAAAAAAAAAAAAAAAAAAA==",
                   "AAAAAAAAAAAAAAAAAAAAAB==", "AAAAAAAAAAAAAAAAAAAAA_==",
                   "-AAAAAAAAAAAAAAAAAAAAA==", "AAAA AAAAAAAAAAAAAAAAA==",
                   "=AAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA===",
                   "AAAAAAAAAAAAAAAAAAAAA\xc3\xa9=="}) {
    INFO(key);
    CHECK(answer_with(key_field, {key}) == status::bad_request);
  }
}

TEST_CASE("a body, whose octets would be read as frames, is a 400") {
  CHECK(answer_with("Content-Length", {"0"}) == passed);
  CHECK(answer_with("Content-Length", {"1"}) == status::bad_request);
  CHECK(answer_with("Transfer-Encoding", {"chunked"}) == status::bad_request);
}

// -- origins: RFC 6455, 4.2.2, item 4, and 10.2 -------------------------------

TEST_CASE("who is no browser has no origin, and passes") {
  CHECK(answer_with("Origin", {}) == passed);
  CHECK(answer_with("Origin", {}, from({})) == passed);
}

TEST_CASE("pages of the server pass, whatever is said of others") {
  CHECK(answer_with("Origin", {"http://a.example"}) == passed);
  CHECK(answer_with("Origin", {"https://A.example:443"}, from({})) == passed);
  CHECK(answer_with("Host", {"a.example:8080"}) == passed);
}

TEST_CASE("a foreign origin is a 403 that names the setting, not the origin") {
  auto asked = websocket_request();
  asked.fields.add("Origin", "https://foreign.example");
  auto answer = answer_to(asked);
  CHECK(answer.status == status::forbidden);
  CHECK(answer.fields == text_type);
  CHECK(answer.body.find("'origins'") != answer.body.npos);
  CHECK(answer.body.find("foreign") == answer.body.npos);
}

TEST_CASE("the route's origins count, and where it names none the server's") {
  const policy others{{"https://b.example"}};
  auto asking = [&](const char* origin, terms granted) {
    return answer_with("Origin", {origin}, std::move(granted), others);
  };
  CHECK(asking("https://b.example", {}) == passed);
  CHECK(asking("https://c.example", {}) == status::forbidden);
  CHECK(asking("https://b.example", from({})) == status::forbidden);
  CHECK(asking("https://c.example", from({"https://c.example"})) == passed);
  CHECK(asking("https://b.example", from({"https://c.example"}))
        == status::forbidden);
  CHECK(asking("https://d.example", from({"*"})) == passed);
}

TEST_CASE("an upgrade without terms leaves its origins to the server") {
  http::upgrade wish;
  wish.kind = upgrade_kind::websocket;
  auto asked = websocket_request();
  asked.fields.add("Origin", "https://b.example");
  CHECK(refusal(asked, wish, {}));
  CHECK_FALSE(refusal(asked, wish, {{"https://b.example"}}));
}

TEST_CASE("an opaque origin passes by a star or by its name") {
  CHECK(answer_with("Origin", {"null"}) == status::forbidden);
  CHECK(answer_with("Origin", {"null"}, from({"*"})) == passed);
  CHECK(answer_with("Origin", {"null"}, from({"null"})) == passed);
}

TEST_CASE("an Origin that is none, or several, are a 403 in any case") {
  for (auto origin : {"", "*", "a.example", "http://a.example/",
                      "http://a.example http://a.example", "NULL"})
    CHECK(answer_with("Origin", {origin}, from({"*"})) == status::forbidden);
  CHECK(
    answer_with("Origin", {"http://a.example", "http://a.example"}, from({"*"}))
    == status::forbidden);
}

// -- subprotocols and extensions: RFC 6455, 4.1, items 10 and 11, and 9.1 -----

TEST_CASE("the offered subprotocols are tokens, and each is there once") {
  constexpr auto name = "Sec-WebSocket-Protocol";
  CHECK(answer_with(name, {"chat"}) == passed);
  CHECK(answer_with(name, {"chat.v1 , chat.v2", "Chat.v1"}) == passed);
  for (auto value : {"", ",", "a b", "a, \"b\"", "a, a", "a/b"})
    CHECK(answer_with(name, {value}) == status::bad_request);
  CHECK(answer_with(name, {"a, b", "a"}) == status::bad_request);
}

TEST_CASE("offered extensions are well-formed, and need not be known") {
  constexpr auto name = "Sec-WebSocket-Extensions";
  CHECK(answer_with(name, {"x-unknown; y=\"1\""}) == passed);
  CHECK(answer_with(name, {"permessage-deflate; client_max_window_bits=99"})
        == passed);
  for (auto value : {"", "a;", "a b", "a; b=\"1,2\""})
    CHECK(answer_with(name, {value}) == status::bad_request);
}

// -- what tells most is told first --------------------------------------------

TEST_CASE("a client that is no WebSocket at all learns that, whatever else") {
  http::request browser;
  browser.fields = {{"Host", "a.example"}, {"Origin", "https://b.example"}};
  CHECK(answer_to(browser).status == status::upgrade_required);
  browser.method = method::head;
  CHECK(answer_to(browser).status == status::upgrade_required);
}

TEST_CASE("a client of an old draft learns of the version before its key") {
  auto old = websocket_request();
  old.fields.set(version_field, "8").remove(key_field);
  CHECK(answer_to(old).status == status::upgrade_required);
}
