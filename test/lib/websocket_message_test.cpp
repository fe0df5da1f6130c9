#include "lungo/websocket/message.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lungo;
using namespace lungo::websocket;
using namespace std::literals;

TEST_CASE("a text message is UTF-8") {
  const auto made = websocket::text("gr\xC3\xBC\xC3\x9F");
  CHECK(made.is_text());
  CHECK(made.kind() == message_kind::text);
  CHECK(made.payload() == "gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("a text message that is not UTF-8 is refused") {
  CHECK_THROWS_AS(websocket::text("a\xFF"), invalid_value);
  CHECK_THROWS_AS(websocket::text("a\xC3"), invalid_value);
  CHECK(check_text("a\xFF").error().code == errc::bad_request);
  CHECK(check_text("a").has_value());
}

TEST_CASE("a binary message is any octets") {
  const auto made = binary("\xFF\0\x80"s);
  CHECK_FALSE(made.is_text());
  CHECK(made.kind() == message_kind::binary);
  CHECK(made.payload() == "\xFF\0\x80"s);
}

TEST_CASE("a message of nobody is an empty text") {
  CHECK(message{} == websocket::text(""));
  CHECK(message{} != binary(""));
}

TEST_CASE("a message has the key that it is given, and none of its own") {
  CHECK(websocket::text("1").key() == "");
  CHECK(websocket::text("1").key("EUR").key() == "EUR");
  CHECK(websocket::text("1").key("EUR") != websocket::text("1"));
}

TEST_CASE("a payload is taken without a copy") {
  auto made = binary(std::string(100, 'a'));
  const auto* octets = made.payload().data();
  const auto taken = std::move(made).take_payload();
  CHECK(taken.data() == octets);
  CHECK(made.payload().empty());
}
