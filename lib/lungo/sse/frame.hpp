#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace lungo::sse {

/// One encoded event: immutable octets, encoded once, shared by all who send
/// it. Holds the block of the event stream and, around it, the framing of one
/// HTTP chunk, so that sending it copies nothing. Copying a frame copies a
/// reference; thread-safe as all constants are. Views into a frame live as long
/// as any copy of it.
class frame {
public:
  /// No event at all: its views are empty and there is nothing to send.
  frame() = default;

  /// Wraps `block`.
  /// @param key what `coalesce` compares; no frame replaces one without.
  /// @param resumable has the block an `id` to come back to?
  /// @throws invalid_value if `block` does not end in an empty line: it would
  /// run into the next event, and no block at all would be the last chunk.
  frame(std::string_view block, std::string_view key, bool resumable);

  /// The block alone, for peers that get no chunks (HTTP/1.0).
  std::string_view block() const noexcept;

  /// The block as one HTTP chunk (RFC 9112, 7.1).
  std::string_view chunk() const noexcept;

  std::string_view key() const noexcept;
  bool resumable() const noexcept;

  /// Octets of the chunk; what the bounds of an outbox count.
  std::size_t size() const noexcept { return chunk().size(); }

  bool empty() const noexcept { return octets_ == nullptr; }

  /// A share in the octets, for who keeps a view of them and not the frame.
  std::shared_ptr<const void> owner() const noexcept { return octets_; }

private:
  struct layout;

  layout stored() const noexcept;
  std::string_view part(std::size_t at, std::size_t size) const noexcept;

  // One allocation: the layout, the chunk around the block, the key.
  std::shared_ptr<const char[]> octets_;
};

} // namespace lungo::sse
