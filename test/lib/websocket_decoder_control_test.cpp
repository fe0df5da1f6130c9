#include "websocket_samples.hpp"

using namespace lungo;
using namespace lungo::websocket;
using namespace lungo::websocket::test;
using namespace std::literals;

namespace {

/// As `on_the_wire`, which has a test of its own.
bool may_be_said(unsigned code) {
  return on_the_wire(static_cast<close_code>(code));
}

} // namespace

// -- RFC 6455, 5.5: Control Frames -------------------------------------------

TEST_CASE("a control frame carries 125 octets at most") {
  const std::string most(125, 'a');
  CHECK(decode_all_ways(frame(fin | ping_frame, most))
        == transcript{"ping " + most});
  for (auto op : {close_frame, ping_frame, pong_frame})
    check_refused({announced(fin | op, 126), announced(fin | op, 65536),
                   frame(fin | op, most + "a")},
                  close_code::protocol_error);
}

TEST_CASE("a fragmented control frame is refused") {
  for (auto op : {close_frame, ping_frame, pong_frame})
    check_refused(
      {frame(op, ""), frame(op, "a"), frame(text_frame, "a") + frame(op, "b")},
      close_code::protocol_error);
}

// -- 5.5.1: Close ------------------------------------------------------------

TEST_CASE("a close frame says a code and a reason") {
  CHECK(decode_all_ways(close_with(1000)) == transcript{"close 1000 "});
  CHECK(decode_all_ways(close_with(4999, "gr\xC3\xBC\xC3\x9F"
                                         "e"))
        == transcript{"close 4999 gr\xC3\xBC\xC3\x9F"
                      "e"});
  CHECK(decode_all_ways(close_with(1001, std::string(123, 'a')))
        == transcript{"close 1001 " + std::string(123, 'a')});
}

TEST_CASE("an empty close frame says nothing") {
  CHECK(decode_all_ways(frame(fin | close_frame, ""))
        == transcript{"close 1005 "});
}

TEST_CASE("half a code is refused") {
  check_refused({frame(fin | close_frame, "\x03")}, close_code::protocol_error);
}

TEST_CASE("of all codes those are refused that may not be sent") {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const auto sample = close_with(code);
    decoder by{{}};
    std::string_view input = sample;
    const auto said = by.put(input);
    CAPTURE(code);
    REQUIRE(
      said
      == (may_be_said(code) ? decoder::event::close : decoder::event::refused));
    REQUIRE(static_cast<unsigned>(by.status().code)
            == (may_be_said(code) ? code : 1002));
  }
}

TEST_CASE("a reason that is not UTF-8 is refused") {
  check_refused({close_with(1000, "\xFF"), close_with(1000, "a\xC3"),
                 close_with(1000, "\xED\xA0\x80")},
                close_code::invalid_payload);
}

TEST_CASE("a reason may be UTF-8 where code and reason together are not") {
  CHECK(decode_all_ways(close_with(0x0FA0, "\xC2\xA0"))
        == transcript{"close 4000 \xC2\xA0"});
}

TEST_CASE("nothing is taken behind a close frame") {
  const auto sample = close_with(1000, "bye") + frame(fin | text_frame, "a");
  decoder by{{}};
  std::string_view input = sample;
  for (int times = 0; times < 3; ++times) {
    CHECK(by.put(input) == decoder::event::close);
    CHECK(input == frame(fin | text_frame, "a"));
    CHECK(by.status() == close_status{close_code::normal, "bye"});
  }
}

TEST_CASE("nothing is taken behind what was refused") {
  decoder by{{}};
  auto input = "\x81\x05Hello"sv;
  CHECK(by.put(input) == decoder::event::refused);
  const auto told = by.status();
  const auto sample = frame(fin | text_frame, "a");
  input = sample;
  CHECK(by.put(input) == decoder::event::refused);
  CHECK(input == sample);
  CHECK(by.status() == told);
}

// -- 5.5.2 and 5.5.3: Ping and Pong ------------------------------------------

TEST_CASE("a ping and a pong carry any octets") {
  CHECK(decode_all_ways(frame(fin | ping_frame, "")
                        + frame(fin | pong_frame, "\xFF\0"sv)
                        + frame(fin | ping_frame, "second"))
        == transcript{"ping ", "pong \xFF\0"s, "ping second"});
}

TEST_CASE("a payload is there until the next put") {
  decoder by{{}};
  const auto sample = frame(fin | ping_frame, std::string(100, 'a'))
                      + frame(fin | text_frame, "b");
  std::string_view input = sample;
  REQUIRE(by.put(input) == decoder::event::ping);
  CHECK(by.payload() == std::string(100, 'a'));
  REQUIRE(by.put(input) == decoder::event::message);
  CHECK(by.payload() == "");
}
