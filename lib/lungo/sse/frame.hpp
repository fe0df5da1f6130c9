#pragma once

#include "lungo/flow/frame.hpp"

namespace lungo::sse {

/// One encoded event, to be sent to any number of connections: the block of the
/// event stream and, around it, the framing of one HTTP chunk, so that sending
/// it copies nothing.
class frame : public flow::frame {
public:
  /// No event at all.
  frame() = default;

  /// Wraps `block`.
  /// @param key what `coalesce` compares; no frame replaces one without.
  /// @param resumable has the block an `id` to come back to?
  /// @throws invalid_value if `block` does not end in an empty line: it would
  /// run into the next event, and no block at all would be the last chunk.
  frame(std::string_view block, std::string_view key, bool resumable);

  /// The block alone, for peers that get no chunks (HTTP/1.0).
  std::string_view block() const noexcept { return plain(); }

  /// The block as one HTTP chunk (RFC 9112, 7.1).
  std::string_view chunk() const noexcept { return coded(); }
};

} // namespace lungo::sse
