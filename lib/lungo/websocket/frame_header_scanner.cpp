#include "lungo/websocket/frame_header_scanner.hpp"

#include <algorithm>

namespace lungo::websocket {

namespace {

constexpr unsigned fin_bit = 0x80;
constexpr unsigned rsv_bits = 0x70;
constexpr unsigned rsv1_bit = 0x40;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7F;

// RFC 6455, 5.2, in its order, then 5.1 and 5.5.
constexpr fault reserved_bit{close_code::protocol_error,
                             "A frame has a reserved bit set that nobody has "
                             "agreed on."};
constexpr fault reserved_opcode{close_code::protocol_error,
                                "A frame has an opcode that is reserved."};
constexpr fault long_form{close_code::protocol_error,
                          "The length of a frame is not in its shortest form."};
constexpr fault top_bit{close_code::protocol_error,
                        "The length of a frame has its top bit set."};
constexpr fault unmasked{close_code::protocol_error,
                         "A client has to mask its frames."};
constexpr fault fragmented_control{close_code::protocol_error,
                                   "A control frame is fragmented."};
constexpr fault long_control{close_code::protocol_error,
                             "A control frame is longer than 125 octets."};

constexpr bool is_known(opcode op) noexcept {
  switch (op) {
  case opcode::continuation:
  case opcode::text:
  case opcode::binary:
  case opcode::close:
  case opcode::ping:
  case opcode::pong:
    return true;
  }
  return false;
}

/// Does a message begin with such a frame? Only there RSV1 may stand (RFC 7692,
/// 6).
constexpr bool begins_message(opcode op) noexcept {
  return op == opcode::text || op == opcode::binary;
}

} // namespace

const fault* frame_header_scanner::scan(std::string_view& input) noexcept {
  if (size_ < opening_bytes) {
    gather(input, opening_bytes);
    if (size_ < opening_bytes)
      return nullptr;
    if (const auto* why = judge_opening())
      return why;
  }
  gather(input, header_bytes());
  return whole() ? judge_length() : nullptr;
}

frame_header frame_header_scanner::take() noexcept {
  frame_header header;
  header.payload_size = payload_size();
  header.op = static_cast<opcode>(octet(0) & opcode_bits);
  header.fin = (octet(0) & fin_bit) != 0;
  header.deflated = (octet(0) & rsv1_bit) != 0;
  std::copy_n(&octets_[opening_bytes + length_bytes()], header.key.size(),
              header.key.begin());
  size_ = 0;
  return header;
}

void frame_header_scanner::gather(std::string_view& input,
                                  std::size_t wanted) noexcept {
  const auto size = std::min(wanted - size_, input.size());
  std::copy_n(input.begin(), size, octets_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + size);
  input.remove_prefix(size);
}

const fault* frame_header_scanner::judge_opening() const noexcept {
  const auto op = static_cast<opcode>(octet(0) & opcode_bits);
  const auto agreed = deflate_ && begins_message(op) ? rsv1_bit : 0u;
  if ((octet(0) & rsv_bits & ~agreed) != 0)
    return &reserved_bit;
  if (!is_known(op))
    return &reserved_opcode;
  if ((octet(1) & mask_bit) == 0)
    return &unmasked;
  if (is_control(op) && (octet(0) & fin_bit) == 0)
    return &fragmented_control;
  if (is_control(op) && (octet(1) & length_bits) > max_control_bytes)
    return &long_control;
  return nullptr;
}

const fault* frame_header_scanner::judge_length() const noexcept {
  const auto size = payload_size();
  if (size >> 63 != 0)
    return &top_bit;
  const auto shorter = length_bytes() == 8   ? std::uint64_t{0xFFFF}
                       : length_bytes() == 2 ? std::uint64_t{125}
                                             : 0;
  if (length_bytes() > 0 && size <= shorter)
    return &long_form;
  return nullptr;
}

unsigned frame_header_scanner::octet(std::size_t at) const noexcept {
  return static_cast<unsigned char>(octets_[at]);
}

/// Octets of the length, beyond the seven bits that each header has for it.
std::size_t frame_header_scanner::length_bytes() const noexcept {
  const auto length = octet(1) & length_bits;
  return length == 127 ? 8 : length == 126 ? 2 : 0;
}

std::size_t frame_header_scanner::header_bytes() const noexcept {
  return opening_bytes + length_bytes() + masking_key{}.size();
}

std::uint64_t frame_header_scanner::payload_size() const noexcept {
  if (length_bytes() == 0)
    return octet(1) & length_bits;
  std::uint64_t size = 0;
  for (std::size_t at = 0; at < length_bytes(); ++at)
    size = size << 8 | octet(opening_bytes + at);
  return size;
}

} // namespace lungo::websocket
