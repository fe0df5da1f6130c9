#include "lungo/utf8.hpp"

#include <cstddef>
#include <cstring>

namespace lungo {

namespace {

/// The end of the ASCII at `at`. Most text is nothing else, and is passed by
/// words.
const char* skip_ascii(const char* at, const char* end) noexcept {
  constexpr std::uint64_t top_bits = 0x8080808080808080u;
  constexpr std::ptrdiff_t two_words = 2 * sizeof(std::uint64_t);
  while (end - at >= two_words) {
    std::uint64_t words[2];
    std::memcpy(words, at, sizeof words);
    if (((words[0] | words[1]) & top_bits) != 0)
      break;
    at += two_words;
  }
  while (at != end && static_cast<std::uint8_t>(*at) < 0x80)
    ++at;
  return at;
}

} // namespace

bool utf8_checker::put(std::string_view piece) noexcept {
  auto next = *this; // Its members stay in registers.
  auto valid = true;
  auto at = piece.data();
  for (const auto end = at + piece.size(); valid && at != end;) {
    const auto octet = static_cast<std::uint8_t>(*at);
    if (next.lacking_ == 0 && octet < 0x80) {
      at = skip_ascii(at, end);
      continue;
    }
    valid = next.lacking_ == 0 ? next.start(octet) : next.go_on(octet);
    ++at;
  }
  *this = next;
  return low_ <= high_;
}

/// The table of RFC 3629, 4: the first octet tells how many follow, and what
/// the second may be.
bool utf8_checker::start(std::uint8_t lead) noexcept {
  if (lead < 0xC2)
    return expect(1, 1, 0);
  if (lead < 0xE0)
    return expect(1, 0x80, 0xBF);
  if (lead < 0xF0)
    return expect(2, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
  if (lead < 0xF5)
    return expect(3, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
  return expect(1, 1, 0);
}

bool utf8_checker::go_on(std::uint8_t octet) noexcept {
  if (octet < low_ || octet > high_)
    return expect(1, 1, 0);
  return expect(static_cast<std::uint8_t>(lacking_ - 1), 0x80, 0xBF);
}

/// No octet is between bounds that are the wrong way round: so a failure lasts.
bool utf8_checker::expect(std::uint8_t lacking, std::uint8_t low,
                          std::uint8_t high) noexcept {
  lacking_ = lacking;
  low_ = low;
  high_ = high;
  return low <= high;
}

bool is_utf8(std::string_view text) noexcept {
  utf8_checker checker;
  return checker.put(text) && checker.complete();
}

} // namespace lungo
