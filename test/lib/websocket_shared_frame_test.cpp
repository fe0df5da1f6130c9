#include "lungo/websocket/deflate.hpp"
#include "lungo/websocket/frame.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lungo;
using namespace std::string_literals;

namespace {

const auto large = std::string(1000, 'a');

} // namespace

TEST_CASE("a message is one frame behind its header, the same for all peers") {
  auto frame = websocket::encode(websocket::text("hi").key("greeting"));
  CHECK(frame.plain() == "\x81\x02hi");
  CHECK(frame.coded() == frame.plain());
  CHECK(frame.key() == "greeting");
  CHECK(websocket::encode(websocket::binary("\0"s)).plain() == "\x82\x01\0"s);
}

TEST_CASE("a message for many is there as it is, and compressed") {
  websocket::deflater deflater;
  auto message = websocket::text(large);
  auto frame = websocket::encode_twofold(message, deflater);
  CHECK(frame.plain() == websocket::encode(message).plain());
  CHECK(frame.coded() == websocket::encode_deflated(message, deflater).coded());
  websocket::inflater inflater;
  auto coded = frame.coded();
  REQUIRE(coded[0] == '\xc1');
  REQUIRE(coded.size() < 127);
  CHECK(inflater.expand(coded.substr(2), large.size()).value() == large);
}

TEST_CASE("the bounds of an outbox count what a frame holds") {
  websocket::deflater deflater;
  auto message = websocket::text(large);
  auto one = websocket::encode_deflated(message, deflater);
  auto both = websocket::encode_twofold(message, deflater);
  CHECK(one.size() == one.coded().size());
  CHECK(both.size() == both.plain().size() + both.coded().size());
}

TEST_CASE("what does not get smaller is not compressed") {
  websocket::deflater deflater;
  auto message = websocket::text("x");
  CHECK(websocket::encode_twofold(message, deflater).coded()
        == websocket::encode(message).plain());
  CHECK(websocket::encode_deflated(message, deflater).coded()
        == websocket::encode(message).plain());
}
