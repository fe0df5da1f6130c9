#pragma once

#include <cstdint>
#include <string_view>

namespace lungo {

/// Strict: no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629,
/// 3).
bool is_utf8(std::string_view text) noexcept;

/// Checks text that comes in pieces; where it is cut makes no difference.
class utf8_checker {
public:
  /// Takes the next piece. False as soon as no octet that could follow would
  /// make the text valid (RFC 6455, 8.1), also within a character; and so for
  /// good.
  bool put(std::string_view piece) noexcept;

  /// Could the text end here? Not within a character.
  bool complete() const noexcept { return lacking_ == 0; }

private:
  bool start(std::uint8_t lead) noexcept;
  bool go_on(std::uint8_t octet) noexcept;
  bool expect(std::uint8_t lacking, std::uint8_t low,
              std::uint8_t high) noexcept;

  std::uint8_t lacking_ = 0; ///< Octets that the character still needs.
  std::uint8_t low_ = 0;     ///< The next of them is not below,
  std::uint8_t high_ = 0;    ///< and not above.
};

} // namespace lungo
