#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lungo::websocket {

/// RFC 6455, 5.2.
enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// Are its frames answered at once and never fragmented (RFC 6455, 5.5)? Asked
/// of the number, so also of those that are reserved.
constexpr bool is_control(opcode op) noexcept {
  return (static_cast<std::uint8_t>(op) & 0x08) != 0;
}

/// Octets of the longest header of a frame without a mask.
inline constexpr std::size_t max_header_bytes = 10;

/// Octets that the payload of a control frame has at most (RFC 6455, 5.5).
inline constexpr std::size_t max_control_bytes = 125;

/// Writes the header of a whole message, or control frame, from a server: FIN,
/// no mask, the length in its shortest form. Returns how many octets it has.
/// @param deflated compressed by permessage-deflate (RSV1).
std::size_t write_header(std::span<char, max_header_bytes> into, opcode op,
                         std::uint64_t payload_size, bool deflated) noexcept;

} // namespace lungo::websocket
