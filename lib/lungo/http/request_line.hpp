#pragma once

#include "lungo/http/limits.hpp"
#include "lungo/http/scan.hpp"

namespace lungo::http {

/// Checks a request line octet by octet (RFC 9112, 3): one space between its
/// parts, CRLF at its end, a version we speak. Keeps none of it.
class request_line_scanner {
public:
  explicit request_line_scanner(const limits& bounds) noexcept;

  /// Takes the empty lines in front (RFC 9112, 2.2), a few at most; `done` when
  /// the next octet is the line's first.
  result<progress> skip_empty_lines(std::string_view& input);

  /// Takes octets up to the line's end.
  result<progress> scan(std::string_view& input);

  /// Octets of the line so far, with its end, without the empty lines.
  std::size_t size() const noexcept { return size_; }

  /// Makes ready for the next line.
  void reset() noexcept;

private:
  enum class part : std::uint8_t { method, target, version, done };

  const fault* step(char c) noexcept;
  const fault* step_method(char c) noexcept;
  const fault* step_target(char c) noexcept;
  const fault* step_version(char c) noexcept;
  const fault* step_empty_line(char c) noexcept;

  std::size_t head_bytes_;
  std::size_t target_bytes_;
  std::size_t size_ = 0;
  std::size_t part_size_ = 0;
  part part_ = part::method;
  std::uint8_t empty_octets_ = 0;
  std::uint8_t version_ = 0;
};

} // namespace lungo::http
