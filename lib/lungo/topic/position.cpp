#include "lungo/topic/position.hpp"

#include <array>
#include <charconv>

namespace lungo::topic {

namespace {

constexpr std::size_t most_digits = 20;

void append(std::string& to, std::uint64_t number, int base) {
  std::array<char, most_digits> digits;
  auto made = std::to_chars(digits.begin(), digits.end(), number, base);
  to.append(digits.begin(), made.ptr);
}

bool read(std::string_view text, std::uint64_t& number, int base) {
  auto end = text.data() + text.size();
  auto [stop, failed] = std::from_chars(text.data(), end, number, base);
  return failed == std::errc{} && stop == end;
}

} // namespace

std::string to_string(const position& at) {
  std::string out;
  append(out, at.epoch, 16);
  out += '-';
  append(out, at.seq, 10);
  return out;
}

/// Also refuses other spellings of the same numbers: a position has one.
std::optional<position> parse_position(std::string_view text) {
  auto dash = text.find('-');
  position at;
  if (dash == text.npos || !read(text.substr(0, dash), at.epoch, 16)
      || !read(text.substr(dash + 1), at.seq, 10) || to_string(at) != text)
    return {};
  return at;
}

} // namespace lungo::topic
