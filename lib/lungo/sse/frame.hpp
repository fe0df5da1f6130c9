#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace lungo::sse {

/// One encoded event: immutable octets, encoded once, shared by all who send
/// it. Holds the block of the event stream and, around it, the framing of one
/// HTTP chunk, so that sending it copies nothing. Copying a frame copies a
/// reference; thread-safe as all constants are.
class frame {
public:
  frame() = default;

  /// Wraps `block`, which must end in an empty line.
  /// @param key what `coalesce` compares; the event's name unless told.
  /// @param resumable has the block an `id`?
  frame(std::string_view block, std::string key, bool resumable);

  /// The block alone, for peers that get no chunks (HTTP/1.0).
  std::string_view block() const noexcept;

  /// The block as one HTTP chunk (RFC 9112, 7.1).
  std::string_view chunk() const noexcept;

  const std::string& key() const noexcept;
  bool resumable() const noexcept;

  /// Octets of the chunk; what the bounds of an outbox count.
  std::size_t size() const noexcept { return chunk().size(); }

  bool empty() const noexcept { return data_ == nullptr; }

private:
  struct data;
  std::shared_ptr<const data> data_;
};

} // namespace lungo::sse
