#pragma once

#include "lungo/http/scan.hpp"

namespace lungo::http {

/// Checks field lines octet by octet, up to and with the empty line behind them
/// (RFC 9112, 5): those of a head and those of a trailer. Keeps none of them.
class field_section_scanner {
public:
  /// What a section may cost.
  struct bounds {
    std::size_t
      octets; ///< Of the lines with their ends; the empty line is free.
    const fault* over_octets; ///< A constant; said when there are more.
    std::size_t lines;        ///< More are `errc::fields_too_large`.
  };

  /// Makes ready for a section.
  void start(const bounds& b) noexcept;

  /// Takes octets up to the end of the section.
  result<progress> scan(std::string_view& input);

private:
  enum class at : std::uint8_t {
    line_start,
    name,
    value,
    line_end,
    section_end,
    done,
  };

  const fault* step(char c) noexcept;
  const fault* step_start(char c) noexcept;
  const fault* step_name(char c) noexcept;
  const fault* step_value(char c) noexcept;
  const fault* step_line_feed(char c, at next) noexcept;

  bounds bounds_{};
  std::size_t octets_ = 0;
  std::size_t lines_ = 0;
  at at_ = at::done;
};

} // namespace lungo::http
