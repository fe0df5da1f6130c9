#include "lungo/websocket/frame_header.hpp"

namespace lungo::websocket {

namespace {

constexpr unsigned fin = 0x80;
constexpr unsigned rsv1 = 0x40;

/// `value` in network byte order.
void write_number(std::span<char> into, std::uint64_t value) noexcept {
  for (auto at = into.rbegin(); at != into.rend(); ++at) {
    *at = static_cast<char>(value & 0xFF);
    value >>= 8;
  }
}

} // namespace

std::size_t write_header(std::span<char, max_header_bytes> into, opcode op,
                         std::uint64_t payload_size, bool deflated) noexcept {
  into[0] = static_cast<char>(fin | (deflated ? rsv1 : 0u)
                              | static_cast<unsigned>(op));
  if (payload_size < 126) {
    into[1] = static_cast<char>(payload_size);
    return 2;
  }
  const std::size_t width = payload_size <= 0xFFFF ? 2 : 8;
  into[1] = static_cast<char>(width == 2 ? 126 : 127);
  write_number(into.subspan(2, width), payload_size);
  return 2 + width;
}

} // namespace lungo::websocket
