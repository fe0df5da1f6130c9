#pragma once

#include "lungo/http/field_section.hpp"
#include "lungo/http/limits.hpp"

namespace lungo::http {

inline constexpr fault large_body{errc::content_too_large,
                                  "The body is too large."};

/// Takes the framing off a chunked body (RFC 9112, 7.1). Extensions and trailer
/// fields are checked, bounded and dropped.
class chunked_body_scanner {
public:
  enum class progress : std::uint8_t { need_more, piece, done };

  explicit chunked_body_scanner(const limits& bounds) noexcept;

  /// Takes octets from the front of `input` up to the end of a piece or of the
  /// whole body. A piece is never empty and points into `input`.
  result<progress> scan(std::string_view& input, std::string_view& piece);

  /// Makes ready for the next body.
  void reset() noexcept;

  /// Keeps this body to `bytes`; before any of its octets.
  void limit(std::uint64_t bytes) noexcept { max_body_bytes_ = bytes; }

private:
  enum class at : std::uint8_t {
    size_start,
    size,
    extension,
    size_end,
    data,
    data_return,
    data_end,
    trailer,
  };

  const fault* step(char c) noexcept;
  const fault* step_size(char c) noexcept;
  const fault* step_extension(char c) noexcept;
  const fault* step_size_end(char c) noexcept;
  const fault* step_data_end(char c, char wanted, at next) noexcept;
  const fault* announce() noexcept;
  bool in_framing() const noexcept;
  std::string_view take_piece(std::string_view& input) noexcept;
  result<progress> scan_trailer(std::string_view& input);

  std::uint64_t max_body_bytes_;
  std::size_t max_overhead_bytes_;
  std::size_t max_trailer_lines_;
  std::uint64_t body_bytes_ = 0; ///< Announced so far; never over its limit.
  std::size_t overhead_bytes_ = 0;
  std::uint64_t remaining_ = 0; ///< Of the chunk.
  std::uint8_t digits_ = 0;
  at at_ = at::size_start;
  field_section_scanner trailer_;
};

} // namespace lungo::http
