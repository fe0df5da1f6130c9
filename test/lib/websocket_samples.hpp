#pragma once

#include "websocket_decode.hpp"

#include <doctest/doctest.h>

/// Frames as a client sends them, and what is demanded of every one of them.
namespace lungo::websocket::test {

inline constexpr unsigned fin = 0x80;
inline constexpr unsigned rsv1 = 0x40;
inline constexpr unsigned continuation = 0;
inline constexpr unsigned text_frame = 1;
inline constexpr unsigned binary_frame = 2;
inline constexpr unsigned close_frame = 8;
inline constexpr unsigned ping_frame = 9;
inline constexpr unsigned pong_frame = 10;

inline std::string octets(std::initializer_list<unsigned> values) {
  std::string out;
  for (auto value : values)
    out += static_cast<char>(value);
  return out;
}

/// `value` in network byte order.
inline std::string number(std::uint64_t value, unsigned width) {
  std::string out;
  for (auto at = width; at-- > 0;)
    out += static_cast<char>(value >> 8 * at & 0xFF);
  return out;
}

/// A header up to the key, the length in its shortest form.
inline std::string announced(unsigned first, std::uint64_t size,
                             unsigned mask = 0x80) {
  if (size < 126)
    return octets({first, mask | static_cast<unsigned>(size)});
  if (size <= 0xFFFF)
    return octets({first, mask | 126}) + number(size, 2);
  return octets({first, mask | 127}) + number(size, 8);
}

/// A frame of a client; `first` is its first octet.
inline std::string frame(unsigned first, std::string_view payload,
                         std::string_view key = "\x37\xfa\x21\x3d") {
  auto out = announced(first, payload.size()) + std::string{key};
  for (std::size_t at = 0; at < payload.size(); ++at)
    out += static_cast<char>(payload[at] ^ key[at % 4]);
  return out;
}

inline std::string close_with(unsigned code, std::string_view reason = "") {
  return frame(fin | close_frame, number(code, 2) + std::string{reason});
}

/// Decodes `sample` whole, cut in two at every place, and octet by octet, and
/// demands the same each time.
inline transcript decode_all_ways(std::string_view sample,
                                  const decoder_limits& bounds = {},
                                  inflater* expand = nullptr) {
  const auto whole = decode({sample}, bounds, expand);
  for (std::size_t cut = 0; cut <= sample.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(decode({sample.substr(0, cut), sample.substr(cut)}, bounds, expand)
            == whole);
  }
  REQUIRE(decode(octets_of(sample), bounds, expand) == whole);
  return whole;
}

/// The code with which `sample` is refused; `no_status` if it is not. A close
/// frame has to be able to say it, with a sentence.
inline close_code refusal_of(std::string_view sample,
                             const decoder_limits& bounds = {},
                             inflater* expand = nullptr) {
  decode_all_ways(sample, bounds, expand);
  decoder by{bounds, expand};
  auto said = decoder::event::message;
  for (auto input = sample; said != decoder::event::need_more
                            && said != decoder::event::refused
                            && said != decoder::event::close;)
    said = by.put(input);
  if (said != decoder::event::refused)
    return close_code::no_status;
  CHECK(check(by.status()).has_value());
  CHECK_FALSE(by.status().reason.empty());
  return by.status().code;
}

inline void check_refused(const std::vector<std::string>& samples,
                          close_code code, const decoder_limits& bounds = {},
                          inflater* expand = nullptr) {
  for (const auto& sample : samples) {
    INFO("sample " << &sample - samples.data());
    CHECK(refusal_of(sample, bounds, expand) == code);
  }
}

} // namespace lungo::websocket::test
