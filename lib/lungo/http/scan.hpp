#pragma once

#include "lungo/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What the scanners of `request_line`, `field_section` and `chunked_body`
/// share. Each looks at every octet once and decides by what came so far, so
/// it makes no difference how the network cut the octets up.
namespace lungo::http {

/// How far a scanner is.
enum class progress : std::uint8_t { need_more, done };

/// Why octets are refused. All faults are constants: a scanner allocates only
/// when it fails.
struct fault {
  errc code;
  std::string_view sentence;

  error to_error() const { return {code, std::string{sentence}}; }
};

/// What an octet may be part of; to be combined.
enum octet_class : std::uint8_t {
  token_octet = 1,  ///< RFC 9110, 5.6.2.
  target_octet = 2, ///< RFC 3986 without `#`; `[` and `]` as all clients do.
  text_octet = 4,   ///< In a field value: RFC 9110, 5.5, with SP and HTAB.
};

constexpr bool contains(std::string_view octets, char c) noexcept {
  return octets.find(c) != octets.npos;
}

constexpr std::array<std::uint8_t, 256> make_octet_classes() {
  constexpr std::string_view delimiters = "\"(),/:;<=>?@[\\]{}";
  constexpr std::string_view never_in_target = "\"#<>\\^`{|}";
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    const auto octet = static_cast<char>(c);
    if ((c >= 0x20 && c != 0x7f) || octet == '\t')
      table[c] |= text_octet;
    if (c <= 0x20 || c >= 0x7f)
      continue;
    if (!contains(delimiters, octet))
      table[c] |= token_octet;
    if (!contains(never_in_target, octet))
      table[c] |= target_octet;
  }
  return table;
}

inline constexpr auto octet_classes = make_octet_classes();

constexpr bool is_octet(octet_class which, char c) noexcept {
  return (octet_classes[static_cast<unsigned char>(c)] & which) != 0;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/// Gives the octets of `input` to `step` until `done` says so or `step` returns
/// a fault, and removes what it gave.
template <class Step, class Done>
result<progress> scan_octets(std::string_view& input, Step step, Done done) {
  std::size_t used = 0;
  const fault* why = nullptr;
  while (used < input.size() && why == nullptr && !done())
    why = step(input[used++]);
  input.remove_prefix(used);
  if (why != nullptr)
    return why->to_error();
  return done() ? progress::done : progress::need_more;
}

} // namespace lungo::http
