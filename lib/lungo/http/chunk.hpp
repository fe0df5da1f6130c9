#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace lungo::http {

/// What stands before the octets of a chunk (RFC 9112, 7.1): their number in
/// hex, and CRLF. Behind them stands `chunk_end`.
class chunk_header {
public:
  explicit chunk_header(std::size_t size) noexcept;

  operator std::string_view() const noexcept { return {text_.data(), size_}; }

private:
  std::array<char, 2 * sizeof(std::size_t) + 2> text_;
  std::size_t size_;
};

inline constexpr std::string_view chunk_end = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

} // namespace lungo::http
