#include "websocket_samples.hpp"

#include <limits>

using namespace lungo;
using namespace lungo::websocket;
using namespace lungo::websocket::test;
using namespace std::literals;

// -- RFC 6455, 5.1: Overview -------------------------------------------------

TEST_CASE("a frame without a mask is refused") {
  check_refused({"\x81\x05Hello", "\x82\x00"s, "\x89\x00"s, "\x88\x02\x03\xE8",
                 announced(fin | binary_frame, 300, 0),
                 announced(fin | binary_frame, 70000, 0)},
                close_code::protocol_error);
}

// -- 5.2: Base Framing Protocol ----------------------------------------------

TEST_CASE("a reserved bit that nobody has agreed on is refused") {
  std::vector<std::string> samples;
  for (auto op :
       {text_frame, binary_frame, close_frame, ping_frame, pong_frame})
    for (auto rsv : {0x10u, 0x20u, 0x40u, 0x70u})
      samples.push_back(frame(fin | rsv | op, ""));
  samples.push_back(frame(text_frame, "a") + frame(fin | rsv1, "b"));
  check_refused(samples, close_code::protocol_error);
}

TEST_CASE("a reserved opcode is refused") {
  for (unsigned op : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
    CAPTURE(op);
    check_refused({frame(fin | op, ""), frame(fin | op, "a"), frame(op, "a"),
                   frame(text_frame, "a") + frame(fin | op, "b")},
                  close_code::protocol_error);
  }
}

TEST_CASE("a length may have each of its three forms") {
  decoder_limits wide;
  wide.message_bytes = 70000;
  for (std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 70000u}) {
    CAPTURE(size);
    const std::string payload(size, 'a');
    const auto sample = frame(fin | binary_frame, payload);
    const auto expected = transcript{"binary " + payload};
    CHECK(decode({sample}, wide) == expected);
    CHECK(decode(octets_of(sample), wide) == expected);
  }
}

TEST_CASE("a length that has a shorter form is refused") {
  const auto first = octets({fin | binary_frame});
  const auto key = "abcd"s;
  for (std::uint64_t size : {0u, 1u, 125u})
    check_refused({first + "\xFE" + number(size, 2) + key,
                   first + "\xFF" + number(size, 8) + key},
                  close_code::protocol_error);
  check_refused({first + "\xFF" + number(126, 8) + key,
                 first + "\xFF" + number(65535, 8) + key},
                close_code::protocol_error);
}

TEST_CASE("a length with its top bit set is refused") {
  const auto opening = octets({fin | binary_frame, 0xFF});
  decoder_limits none;
  none.message_bytes = std::numeric_limits<std::size_t>::max();
  for (std::uint64_t size : {std::uint64_t{1} << 63, ~std::uint64_t{0}})
    check_refused({opening + number(size, 8) + "abcd"},
                  close_code::protocol_error, none);
}

// -- 5.3: Client-to-Server Masking -------------------------------------------

TEST_CASE("any key is taken off, at any length") {
  for (auto key : {"\0\0\0\0"sv, "\xFF\0\xFF\0"sv, "\x01\x02\x04\x80"sv})
    for (std::size_t size = 0; size <= 64; ++size) {
      const auto payload = "The quick brown fox jumps over the lazy dog, twice"
                           " and once more.."s.substr(0, size);
      CHECK(decode_all_ways(frame(fin | text_frame, payload, key))
            == transcript{"text " + payload});
    }
}

TEST_CASE("each frame has a key of its own") {
  CHECK(decode_all_ways(frame(text_frame, "abc", "1234")
                        + frame(fin, "defgh", "5678")
                        + frame(fin | text_frame, "ij", "90ab"))
        == transcript{"text abcdefgh", "text ij"});
}

// -- 5.4: Fragmentation ------------------------------------------------------

TEST_CASE("a message is what its fragments hold") {
  CHECK(decode_all_ways(frame(text_frame, "Hel") + frame(fin, "lo"))
        == transcript{"text Hello"});
  CHECK(decode_all_ways(frame(binary_frame, "\xFF") + frame(continuation, "b")
                        + frame(continuation, "") + frame(fin, "\x80"))
        == transcript{"binary \xFF"
                      "b\x80"});
}

TEST_CASE("fragments may be empty") {
  CHECK(decode_all_ways(frame(text_frame, "") + frame(continuation, "")
                        + frame(fin, ""))
        == transcript{"text "});
}

TEST_CASE("control frames may stand between fragments") {
  CHECK(decode_all_ways(frame(text_frame, "Hel") + frame(fin | ping_frame, "1")
                        + frame(continuation, "l")
                        + frame(fin | pong_frame, "2") + frame(fin, "o"))
        == transcript{"ping 1", "pong 2", "text Hello"});
}

TEST_CASE("a message that is not whole when the peer closes is none") {
  CHECK(decode_all_ways(frame(text_frame, "Hel") + close_with(1000))
        == transcript{"close 1000 "});
}

TEST_CASE("a continuation of nothing is refused") {
  const auto whole = frame(fin | text_frame, "a");
  check_refused({frame(continuation, "a"), frame(fin, "a"),
                 whole + frame(fin, "b"), whole + frame(continuation, ""),
                 frame(text_frame, "a") + frame(fin, "b") + frame(fin, "c"),
                 frame(fin | ping_frame, "") + frame(fin, "")},
                close_code::protocol_error);
}

TEST_CASE("a message within a message is refused") {
  for (auto first : {text_frame, binary_frame})
    for (auto second : {text_frame, binary_frame})
      check_refused({frame(first, "a") + frame(second, "b"),
                     frame(first, "a") + frame(fin | second, "b"),
                     frame(first, "") + frame(fin | second, ""),
                     frame(first, "a") + frame(fin | ping_frame, "")
                       + frame(fin | second, "b")},
                    close_code::protocol_error);
}

// -- 5.6: Data Frames --------------------------------------------------------

TEST_CASE("a binary message may hold any octets") {
  std::string all;
  for (unsigned octet = 0; octet < 256; ++octet)
    all += static_cast<char>(octet);
  CHECK(decode_all_ways(frame(fin | binary_frame, all))
        == transcript{"binary " + all});
}

TEST_CASE("messages follow each other") {
  CHECK(decode_all_ways(frame(fin | text_frame, "a")
                        + frame(fin | binary_frame, "") + frame(text_frame, "b")
                        + frame(fin, "c") + frame(fin | text_frame, "d"))
        == transcript{"text a", "binary ", "text bc", "text d"});
}

// -- 5.7: Examples -----------------------------------------------------------

TEST_CASE("the examples of RFC 6455 that a client may send") {
  const auto masked = "\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s;
  CHECK(decode_all_ways("\x81\x85" + masked) == transcript{"text Hello"});
  CHECK(decode_all_ways("\x89\x85" + masked) == transcript{"ping Hello"});
  CHECK(decode_all_ways("\x8A\x85" + masked) == transcript{"pong Hello"});
}

TEST_CASE("the examples of RFC 6455 that only a server may send") {
  check_refused({"\x81\x05\x48\x65\x6c\x6c\x6f",
                 "\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f",
                 "\x89\x05\x48\x65\x6c\x6c\x6f", "\x82\x7E\x01\x00"s,
                 "\x82\x7F\0\0\0\0\0\x01\0\0"s},
                close_code::protocol_error);
}

// -- 8.1: Handling of Errors in UTF-8-Encoded Data ---------------------------

TEST_CASE("a character may be cut by fragments and control frames") {
  CHECK(decode_all_ways(frame(text_frame, "\xF0") + frame(continuation, "\x9F")
                        + frame(continuation, "")
                        + frame(fin | ping_frame, "\xFF")
                        + frame(fin, "\x98\x80!"))
        == transcript{"ping \xFF", "text \xF0\x9F\x98\x80!"});
}

TEST_CASE("a text that is not UTF-8 is refused") {
  check_refused({frame(fin | text_frame, "a\xFF"),
                 frame(fin | text_frame, "\xC0\x80"),
                 frame(fin | text_frame, "\xED\xA0\x80"),
                 frame(fin | text_frame, "\xF4\x90\x80\x80"),
                 frame(text_frame, "\xC3") + frame(fin, "a")},
                close_code::invalid_payload);
}

TEST_CASE("a text that ends within a character is refused") {
  check_refused({frame(fin | text_frame, "a\xC3"),
                 frame(text_frame, "a\xE2\x82") + frame(fin, ""),
                 frame(text_frame, "\xF0\x9F") + frame(fin, "\x98")},
                close_code::invalid_payload);
}

TEST_CASE("a text that cannot become UTF-8 is refused in mid-frame") {
  const auto sample = frame(text_frame, "abcd\xF4\x90 and much more");
  constexpr std::size_t header = 2 + 4;
  CHECK(refusal_of(sample.substr(0, header + 5)) == close_code::no_status);
  CHECK(refusal_of(sample.substr(0, header + 6))
        == close_code::invalid_payload);
}

TEST_CASE("a text begins anew, whatever the last one was") {
  CHECK(decode_all_ways(frame(fin | binary_frame, "\xC3")
                        + frame(fin | text_frame, "a")
                        + frame(fin | binary_frame, "\xA0"))
        == transcript{"binary \xC3", "text a", "binary \xA0"});
}
