#include "lungo/websocket/control.hpp"
#include "lungo/websocket/frame_header.hpp"
#include "lungo/websocket/masking.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace lungo;
using namespace lungo::websocket;
using namespace std::literals;

namespace {

std::string header(opcode op, std::uint64_t size, bool deflated = false) {
  std::array<char, max_header_bytes> room;
  return {room.data(), write_header(room, op, size, deflated)};
}

std::string unmasked(std::string text, masking_key& key) {
  unmask(text, key);
  return text;
}

} // namespace

// -- RFC 6455, 5.2: Base Framing Protocol ------------------------------------

TEST_CASE("a header of a server has FIN, its opcode and no mask") {
  CHECK(header(opcode::text, 5) == "\x81\x05");
  CHECK(header(opcode::binary, 5) == "\x82\x05");
  CHECK(header(opcode::close, 2) == "\x88\x02");
  CHECK(header(opcode::ping, 0) == "\x89\x00"s);
  CHECK(header(opcode::pong, 125) == "\x8A\x7D");
}

TEST_CASE("a compressed message has RSV1") {
  CHECK(header(opcode::text, 7, true) == "\xC1\x07");
  CHECK(header(opcode::binary, 7, true) == "\xC2\x07");
}

TEST_CASE("a length is in its shortest form, in network byte order") {
  CHECK(header(opcode::binary, 0) == "\x82\x00"s);
  CHECK(header(opcode::binary, 125) == "\x82\x7D");
  CHECK(header(opcode::binary, 126) == "\x82\x7E\x00\x7E"s);
  CHECK(header(opcode::binary, 0x1234) == "\x82\x7E\x12\x34");
  CHECK(header(opcode::binary, 65535) == "\x82\x7E\xFF\xFF");
  CHECK(header(opcode::binary, 65536) == "\x82\x7F\0\0\0\0\0\x01\0\0"s);
  CHECK(header(opcode::binary, 0x0123456789ABCDEF)
        == "\x82\x7F\x01\x23\x45\x67\x89\xAB\xCD\xEF");
}

// -- 5.3: Client-to-Server Masking -------------------------------------------

TEST_CASE("a mask is taken off octet by octet") {
  masking_key key{'\x37', '\xfa', '\x21', '\x3d'};
  CHECK(unmasked("\x7f\x9f\x4d\x51\x58", key) == "Hello");
}

TEST_CASE("a mask is taken off at any place, at any length") {
  const masking_key key{'\x01', '\x80', '\x33', '\xFE'};
  for (std::size_t before = 0; before < 16; ++before)
    for (std::size_t size = 0; size <= 64; ++size) {
      CAPTURE(before);
      CAPTURE(size);
      std::string masked;
      for (std::size_t at = 0; at < before + size; ++at)
        masked += static_cast<char>('a' ^ key[at % 4]);
      auto turned = key;
      CHECK(unmasked(masked.substr(0, before), turned)
            == std::string(before, 'a'));
      REQUIRE(unmasked(masked.substr(before), turned)
              == std::string(size, 'a'));
    }
}

TEST_CASE("a mask is taken off octets that are not aligned") {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    masking_key key{'a', 'b', 'c', 'd'};
    std::string room(32, '.');
    unmask(std::span{room}.subspan(shift, 20), key);
    CHECK(room.substr(0, shift) == std::string(shift, '.'));
    CHECK(room.substr(shift + 20) == std::string(12 - shift, '.'));
    CHECK(room[shift] == ('.' ^ 'a'));
    CHECK(room[shift + 19] == ('.' ^ 'd'));
  }
}

// -- 5.5: Control Frames -----------------------------------------------------

TEST_CASE("a close frame carries its code and its reason") {
  CHECK(encode_close({close_code::normal, "bye"})
        == "\x88\x05\x03\xE8"
           "bye");
  CHECK(encode_close({close_code::going_away, ""}) == "\x88\x02\x03\xE9");
  CHECK(encode_close({static_cast<close_code>(4999), ""})
        == "\x88\x02\x13\x87");
  CHECK(encode_close({close_code::normal, std::string(123, 'a')}).size()
        == 127);
}

TEST_CASE("a close frame without a status is empty") {
  CHECK(encode_close({}) == "\x88\x00"s);
}

TEST_CASE("a close frame that would be wrong is not made") {
  CHECK_THROWS_AS(encode_close({close_code::abnormal, ""}), invalid_value);
  CHECK_THROWS_AS(encode_close({close_code::no_status, "a"}), invalid_value);
  CHECK_THROWS_AS(encode_close({close_code::normal, "\xFF"}), invalid_value);
  CHECK_THROWS_AS(encode_close({close_code::normal, std::string(124, 'a')}),
                  invalid_value);
}

TEST_CASE("a ping and a pong carry any octets, up to 125") {
  CHECK(encode_ping("") == "\x89\x00"s);
  CHECK(encode_ping("Hello") == "\x89\x05Hello");
  CHECK(encode_pong("\xFF\0"sv) == "\x8A\x02\xFF\0"s);
  CHECK(encode_pong(std::string(125, 'a')).size() == 127);
  CHECK_THROWS_AS(encode_ping(std::string(126, 'a')), invalid_value);
  CHECK_THROWS_AS(encode_pong(std::string(126, 'a')), invalid_value);
}
