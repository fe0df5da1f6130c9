#pragma once

#include <cstddef>

namespace lungo::websocket {

/// What the messages of one peer may cost. One that goes over a limit is
/// refused with 1009 (`message_too_big`), and its connection ends.
struct decoder_limits {
  /// Octets of a message, as it comes and, if it comes compressed, as it is
  /// expanded. Refused when announced, before any of them is kept.
  /// Half of what may wait for a peer, so that what is passed on fits there.
  std::size_t message_bytes = 512 * 1024;
  /// Frames of a message, empty ones too.
  std::size_t message_fragments = 1024;
};

} // namespace lungo::websocket
