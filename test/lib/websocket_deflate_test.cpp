#include "lungo/websocket/deflate.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

using namespace lungo;
using namespace lungo::websocket;
using namespace std::literals;

namespace {

constexpr std::size_t plenty = 1 << 20;

/// Octets that compress to nothing less.
std::string noise(std::size_t size) {
  std::string out;
  for (std::uint32_t state = 1; out.size() < size;) {
    state = state * 1664525 + 1013904223;
    out += static_cast<char>(state >> 24);
  }
  return out;
}

std::string expanded(std::string_view payload) {
  inflater expand;
  auto out = expand.expand(payload, plenty);
  REQUIRE_MESSAGE(out.has_value(), out.error().message);
  return *out;
}

bool is_malformed(std::string_view payload) {
  inflater expand;
  const auto out = expand.expand(payload, plenty);
  return out.has_error() && out.error().code == errc::bad_request;
}

} // namespace

// -- RFC 7692, 7.2.1 and 7.2.2: Compression and Decompression ----------------

TEST_CASE("what is compressed expands to what it was") {
  deflater compress;
  inflater expand;
  const std::string samples[]
    = {"", "a", "Hello", std::string(100'000, 'a'), noise(100'000), "\0\xFF"s};
  for (const auto& sample : samples) {
    CAPTURE(sample.size());
    auto out = expand.expand(compress.compress(sample), plenty);
    REQUIRE(out.has_value());
    CHECK(*out == sample);
  }
}

TEST_CASE("what fills the room for one step expands to what it was") {
  deflater compress;
  inflater expand;
  for (std::size_t size = 16'300; size < 16'400; ++size) {
    const auto sample = noise(size);
    CAPTURE(size);
    REQUIRE(expand.expand(compress.compress(sample), size).value() == sample);
  }
}

TEST_CASE("a compressed message leaves out the end of its flush") {
  deflater compress;
  CHECK_FALSE(compress.compress("Hello").ends_with("\x00\x00\xFF\xFF"sv));
  CHECK(compress.compress(std::string(10'000, 'a')).size() < 100);
}

TEST_CASE("each message stands for itself") {
  deflater compress;
  const auto first = compress.compress("Hello, Hello");
  CHECK(compress.compress("Hello, Hello") == first);
  CHECK(expanded(first) == "Hello, Hello");
}

TEST_CASE("a deflater and an inflater may be moved") {
  deflater compress;
  inflater expand;
  auto compress_there = std::move(compress);
  auto expand_there = std::move(expand);
  CHECK(expand_there.expand(compress_there.compress("Hello"), plenty).value()
        == "Hello");
}

// -- 7.2.3: Examples ---------------------------------------------------------

TEST_CASE("a message of one block is that of RFC 7692") {
  deflater compress;
  CHECK(compress.compress("Hello") == "\xf2\x48\xcd\xc9\xc9\x07\x00"s);
  CHECK(expanded("\xf2\x48\xcd\xc9\xc9\x07\x00"sv) == "Hello");
}

TEST_CASE("a message that speaks of an earlier one is malformed") {
  inflater expand;
  REQUIRE(expand.expand("\xf2\x48\xcd\xc9\xc9\x07\x00"sv, plenty).has_value());
  CHECK(expand.expand("\xf2\x00\x11\x00\x00"sv, plenty).has_error());
  CHECK(is_malformed("\xf2\x00\x11\x00\x00"sv));
}

TEST_CASE("a block may be without compression") {
  CHECK(expanded("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv) == "Hello");
}

TEST_CASE("a block may be marked as the last") {
  CHECK(expanded("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv) == "Hello");
}

TEST_CASE("a message may end with a last block, with nothing left out") {
  CHECK(expanded("\xf3\x48\xcd\xc9\xc9\x07\x00"sv) == "Hello");
}

TEST_CASE("other blocks may follow a last one") {
  const auto hello = "\xf3\x48\xcd\xc9\xc9\x07\x00"s;
  CHECK(expanded(hello + hello) == "HelloHello");
  CHECK(expanded(hello + "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == "HelloHello");
}

TEST_CASE("a message may have two blocks") {
  CHECK(expanded("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv)
        == "Hello");
}

TEST_CASE("an empty message is one octet") {
  deflater compress;
  CHECK(compress.compress("") == "\x00"s);
  CHECK(expanded("\x00"sv) == "");
}

// -- What a peer may try -----------------------------------------------------

TEST_CASE("garbage is malformed") {
  CHECK(is_malformed("\xFF\xFF\xFF"sv));
  CHECK(is_malformed("\x06"sv));
  CHECK(is_malformed("\x00\x05\x00\xfa\xfe\x48\x65\x6c\x6c\x6f\x00"sv));
  CHECK(is_malformed("\xf3\x48\xcd\xc9\xc9\x07\x00\xFF"sv));
}

TEST_CASE("a compressed message that is cut is malformed") {
  deflater compress;
  for (auto sample :
       {"\xf2\x48\xcd\xc9\xc9\x07\x00"s, "\xf3\x48\xcd\xc9\xc9\x07\x00"s,
        compress.compress("to be or not to be, that is to be")})
    for (std::size_t size = 0; size < sample.size(); ++size) {
      CAPTURE(size);
      CHECK(is_malformed(sample.substr(0, size)));
    }
}

TEST_CASE("what a message leaves out cannot stand for octets of it") {
  CHECK(is_malformed("\x00\x05\x00\xfa\xff\x48"sv));
  CHECK(expanded("\x00\x05\x00\xfa\xff\x48\x00\x00\xff\xff\x00"sv)
        == "H\0\0\xff\xff"s);
}

TEST_CASE("a fault leaves nothing behind for the next message") {
  inflater expand;
  CHECK(expand.expand("\xFF\xFF\xFF"sv, plenty).has_error());
  CHECK(expand.expand("\x00"sv, plenty).value() == "");
  CHECK(expand.expand("\xf2\x48\xcd\xc9\xc9"sv, plenty).has_error());
  CHECK(expand.expand("\xf2\x48\xcd\xc9\xc9\x07\x00"sv, plenty).value()
        == "Hello");
}

TEST_CASE("a message may expand to its limit and not beyond") {
  deflater compress;
  inflater expand;
  for (std::size_t size : {1u, 5u, 16383u, 16384u, 16385u, 50000u}) {
    CAPTURE(size);
    const auto payload = compress.compress(std::string(size, 'a'));
    CHECK(expand.expand(payload, size).has_value());
    const auto refused = expand.expand(payload, size - 1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::content_too_large);
  }
}

TEST_CASE("a bomb is refused at the limit") {
  deflater compress;
  inflater expand;
  const auto bomb = compress.compress(std::string(64 * plenty, '\0'));
  CHECK(bomb.size() < 100'000);
  CHECK(expand.expand(bomb, plenty).error().code == errc::content_too_large);
}
