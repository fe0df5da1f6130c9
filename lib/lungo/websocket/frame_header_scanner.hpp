#pragma once

#include "lungo/websocket/fault.hpp"
#include "lungo/websocket/frame_header.hpp"
#include "lungo/websocket/masking.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lungo::websocket {

/// What the header of a client's frame says (RFC 6455, 5.2).
struct frame_header {
  std::uint64_t payload_size = 0;
  masking_key key{};
  opcode op = opcode::continuation;
  bool fin = false;
  bool deflated = false; ///< Has it RSV1?
};

/// Reads the header of a client's frame, and judges all that can be judged by
/// it alone.
class frame_header_scanner {
public:
  /// @param deflate is permessage-deflate agreed on, so that RSV1 may be set?
  explicit frame_header_scanner(bool deflate) noexcept : deflate_{deflate} {}

  /// Takes octets from the front of `input` up to the end of the header.
  /// Returns what is wrong with it, null if nothing.
  const fault* scan(std::string_view& input) noexcept;

  bool whole() const noexcept {
    return size_ >= opening_bytes && size_ == header_bytes();
  }

  /// What a whole header says. The next one can be scanned then.
  frame_header take() noexcept;

private:
  static constexpr std::size_t opening_bytes = 2; // Each header has them.

  void gather(std::string_view& input, std::size_t wanted) noexcept;
  const fault* judge_opening() const noexcept;
  const fault* judge_length() const noexcept;
  unsigned octet(std::size_t at) const noexcept;
  std::size_t length_bytes() const noexcept;
  std::size_t header_bytes() const noexcept;
  std::uint64_t payload_size() const noexcept;

  std::array<char, 14> octets_{};
  std::uint8_t size_ = 0; ///< Octets that are here.
  bool deflate_;
};

} // namespace lungo::websocket
