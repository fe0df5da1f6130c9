#include "lungo/websocket/deflate.hpp"

#include "websocket_samples.hpp"

using namespace lungo;
using namespace lungo::websocket;
using namespace lungo::websocket::test;
using namespace std::literals;

namespace {

const auto hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s; // RFC 7692, 7.2.3.1.

std::string compressed(std::string_view text) {
  return deflater{}.compress(text);
}

decoder_limits at_most(std::size_t bytes) {
  decoder_limits bounds;
  bounds.message_bytes = bytes;
  return bounds;
}

transcript decode_deflated(std::string_view sample,
                           const decoder_limits& bounds = {}) {
  inflater expand;
  return decode_all_ways(sample, bounds, &expand);
}

void check_deflated_refused(const std::vector<std::string>& samples,
                            close_code code,
                            const decoder_limits& bounds = {}) {
  inflater expand;
  check_refused(samples, code, bounds, &expand);
}

} // namespace

// -- RFC 7692, 6: Framing ----------------------------------------------------

TEST_CASE("a compressed message is expanded") {
  CHECK(decode_deflated(frame(fin | rsv1 | text_frame, hello)
                        + frame(fin | rsv1 | binary_frame, hello))
        == transcript{"text Hello", "binary Hello"});
}

TEST_CASE("only the first fragment of a compressed message says so") {
  CHECK(decode_deflated(frame(rsv1 | text_frame, hello.substr(0, 3))
                        + frame(continuation, "") + frame(fin | ping_frame, "1")
                        + frame(fin, hello.substr(3)))
        == transcript{"ping 1", "text Hello"});
  check_deflated_refused({frame(rsv1 | text_frame, hello.substr(0, 3))
                            + frame(fin | rsv1, hello.substr(3)),
                          frame(text_frame, "Hel") + frame(fin | rsv1, "lo")},
                         close_code::protocol_error);
}

TEST_CASE("a control frame is never compressed") {
  for (auto op : {close_frame, ping_frame, pong_frame})
    check_deflated_refused(
      {frame(fin | rsv1 | op, ""), frame(fin | rsv1 | op, hello)},
      close_code::protocol_error);
}

TEST_CASE("the other reserved bits stay reserved") {
  for (auto rsv : {0x10u, 0x20u, 0x50u, 0x60u})
    check_deflated_refused({frame(fin | rsv | text_frame, hello)},
                           close_code::protocol_error);
}

TEST_CASE("a message may come as it is, though compression is agreed on") {
  CHECK(decode_deflated(frame(fin | text_frame, "plain")
                        + frame(fin | rsv1 | text_frame, hello)
                        + frame(fin | text_frame, ""))
        == transcript{"text plain", "text Hello", "text "});
}

// -- 7.2.2: Decompression ----------------------------------------------------

TEST_CASE("a compressed message that is malformed is refused") {
  check_deflated_refused(
    {frame(fin | rsv1 | text_frame, ""),
     frame(fin | rsv1 | text_frame, "\xFF\xFF"),
     frame(fin | rsv1 | binary_frame, hello.substr(0, 5)),
     frame(fin | rsv1 | text_frame, "\xf2\x00\x11\x00\x00"sv)},
    close_code::invalid_payload);
}

TEST_CASE("a compressed text is UTF-8 when expanded") {
  const auto word = "gr\xC3\xBC\xC3\x9F"
                    "e"s;
  CHECK(decode_deflated(frame(fin | rsv1 | text_frame, compressed(word)))
        == transcript{"text " + word});
  CHECK(decode_deflated(frame(fin | rsv1 | binary_frame, compressed("\xFF")))
        == transcript{"binary \xFF"});
  check_deflated_refused({frame(fin | rsv1 | text_frame, compressed("a\xFF")),
                          frame(fin | rsv1 | text_frame, compressed("a\xC3"))},
                         close_code::invalid_payload);
}

TEST_CASE("a compressed message has the limit of any other") {
  const auto zeros = compressed(std::string(1000, '0'));
  CHECK(decode_deflated(frame(fin | rsv1 | text_frame, zeros), at_most(1000))
        == transcript{"text " + std::string(1000, '0')});
  check_deflated_refused({frame(fin | rsv1 | text_frame, zeros)},
                         close_code::message_too_big, at_most(999));
  check_deflated_refused({announced(rsv1 | text_frame, 1001) + "abcd"},
                         close_code::message_too_big, at_most(1000));
}

TEST_CASE("decoders may share an inflater") {
  inflater expand;
  decoder one{{}, &expand};
  decoder other{{}, &expand};
  transcript heard;
  hear(one, frame(rsv1 | text_frame, hello.substr(0, 2)), heard);
  hear(other, frame(fin | rsv1 | text_frame, hello), heard);
  hear(one, frame(fin, hello.substr(2)), heard);
  CHECK(heard == transcript{"text Hello", "text Hello"});
}
