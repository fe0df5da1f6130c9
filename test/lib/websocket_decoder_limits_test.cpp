#include "websocket_samples.hpp"

#include <limits>

using namespace lungo;
using namespace lungo::websocket;
using namespace lungo::websocket::test;
using namespace std::literals;

namespace {

decoder_limits at_most(std::size_t bytes, std::size_t fragments = 1024) {
  decoder_limits bounds;
  bounds.message_bytes = bytes;
  bounds.message_fragments = fragments;
  return bounds;
}

/// Does `by` hold no memory but its own?
bool owns_nothing(decoder& by) {
  const auto own = std::string{}.capacity();
  return by.take_message().payload().capacity() == own
         && by.payload().data() >= reinterpret_cast<char*>(&by)
         && by.payload().data() < reinterpret_cast<char*>(&by + 1);
}

decoder::event put(decoder& by, std::string_view octets) {
  return by.put(octets);
}

} // namespace

// -- RFC 6455, 10.4: Implementation-Specific Limits --------------------------

TEST_CASE("a message may have just as many octets as its limit") {
  CHECK(decode_all_ways(frame(fin | text_frame, "12345678"), at_most(8))
        == transcript{"text 12345678"});
  CHECK(
    decode_all_ways(frame(text_frame, "12345") + frame(fin, "678"), at_most(8))
    == transcript{"text 12345678"});
  CHECK(decode_all_ways(frame(fin | text_frame, ""), at_most(0))
        == transcript{"text "});
}

TEST_CASE("a message over its limit is refused when it is announced") {
  const auto key = "abcd"s;
  check_refused(
    {announced(fin | binary_frame, 9) + key, announced(binary_frame, 9) + key,
     frame(binary_frame, "12345") + announced(fin, 4) + key,
     frame(binary_frame, "12345678") + announced(continuation, 1) + key,
     announced(fin | binary_frame, std::uint64_t{1} << 40) + key,
     announced(fin | binary_frame, ~std::uint64_t{0} >> 1) + key},
    close_code::message_too_big, at_most(8));
}

TEST_CASE("each message has the whole limit, and control frames cost nothing") {
  const auto ping = frame(fin | ping_frame, "1234567890");
  CHECK(decode_all_ways(frame(text_frame, "1234") + ping + frame(fin, "5678")
                          + ping + frame(fin | text_frame, "abcdefgh"),
                        at_most(8))
        == transcript{"ping 1234567890", "text 12345678", "ping 1234567890",
                      "text abcdefgh"});
}

TEST_CASE("a message may have just as many fragments as its limit") {
  const auto ping = frame(fin | ping_frame, "");
  const auto three = frame(text_frame, "a") + ping + frame(continuation, "b")
                     + frame(fin, "c");
  CHECK(decode_all_ways(three + three, at_most(100, 3))
        == transcript{"ping ", "text abc", "ping ", "text abc"});
  check_refused({frame(text_frame, "a") + frame(continuation, "b")
                   + frame(continuation, "c") + announced(fin, 1) + "abcd",
                 frame(text_frame, "") + frame(continuation, "")
                   + frame(continuation, "") + frame(continuation, "")},
                close_code::message_too_big, at_most(100, 3));
}

TEST_CASE("fragments without an end are refused, full and empty ones") {
  for (auto payload : {"a"s, ""s}) {
    decoder by{{}};
    REQUIRE(put(by, frame(binary_frame, payload)) == decoder::event::need_more);
    int taken = 1;
    while (taken < 100'000
           && put(by, frame(continuation, payload))
                == decoder::event::need_more)
      ++taken;
    CHECK(taken == 1024);
    CHECK(by.status().code == close_code::message_too_big);
    CHECK(owns_nothing(by));
  }
}

// -- What it costs -----------------------------------------------------------

TEST_CASE("memory grows with what has arrived, not with what is announced") {
  decoder by{at_most(std::numeric_limits<std::size_t>::max())};
  CHECK(put(by, announced(fin | binary_frame, std::uint64_t{1} << 62) + "abcd")
        == decoder::event::need_more);
  CHECK(put(by, std::string(1000, 'a')) == decoder::event::need_more);
  CHECK(by.take_message().payload().capacity() <= 2000);
}

TEST_CASE("a decoder between messages holds no memory") {
  CHECK(sizeof(decoder) <= 200);
  decoder by{{}};
  CHECK(owns_nothing(by));
  const auto large = std::string(10'000, 'a');
  REQUIRE(put(by, frame(fin | text_frame, large)) == decoder::event::message);
  CHECK(by.take_message().payload() == large);
  CHECK(owns_nothing(by));
  REQUIRE(put(by, frame(fin | ping_frame, large.substr(0, 125)))
          == decoder::event::ping);
  REQUIRE(put(by, "") == decoder::event::need_more);
  CHECK(owns_nothing(by));
}

TEST_CASE("a message that nobody takes is dropped") {
  decoder by{{}};
  REQUIRE(put(by, frame(fin | text_frame, std::string(1000, 'a')))
          == decoder::event::message);
  REQUIRE(put(by, "") == decoder::event::need_more);
  CHECK(owns_nothing(by));
  REQUIRE(put(by, frame(fin | text_frame, "b")) == decoder::event::message);
  CHECK(by.take_message() == websocket::text("b"));
}

TEST_CASE("a decoder that is done holds no memory") {
  decoder closed{{}};
  REQUIRE(put(closed, frame(text_frame, std::string(1000, 'a')))
          == decoder::event::need_more);
  REQUIRE(put(closed, close_with(1000, std::string(100, 'a')))
          == decoder::event::close);
  CHECK(owns_nothing(closed));
  decoder refused{{}};
  REQUIRE(put(refused, frame(text_frame, std::string(1000, 'a') + "\xFF"))
          == decoder::event::refused);
  CHECK(owns_nothing(refused));
}
