#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace lungo::flow {

/// What an outbox holds: immutable octets, encoded once, shared by all who send
/// them. There are two forms of them, so that one frame serves peers that have
/// agreed to a coding and those that have not: an HTTP chunk and what is in it,
/// a compressed WebSocket message and the same as it is. Copying a frame copies
/// a reference; thread-safe as all constants are. Views into a frame live as
/// long as any copy of it.
class frame {
public:
  /// Nothing at all: its views are empty and there is nothing to send.
  frame() = default;

  /// A payload whose coded form is that payload between `prefix` and `suffix`.
  /// @param key what `coalesce` compares; no frame replaces one without.
  /// @param resumable does it take the peer to a place to come back to?
  static frame wrapped(std::string_view prefix, std::string_view payload,
                       std::string_view suffix, std::string_view key,
                       bool resumable);

  /// `head` and `payload`, the same for all peers.
  static frame uniform(std::string_view head, std::string_view payload,
                       std::string_view key);

  /// Two forms that have nothing in common.
  static frame twofold(std::string_view plain, std::string_view coded,
                       std::string_view key);

  /// For peers without the coding.
  std::string_view plain() const noexcept;

  /// For peers with it.
  std::string_view coded() const noexcept;

  std::string_view key() const noexcept;
  bool resumable() const noexcept;

  /// All octets that it holds, of both forms; what the bounds of an outbox
  /// count.
  std::size_t size() const noexcept;

  bool empty() const noexcept { return octets_ == nullptr; }

  /// A share in the octets, for who keeps a view of them and not the frame.
  std::shared_ptr<const void> owner() const noexcept { return octets_; }

private:
  struct layout;

  frame(const layout& parts, std::initializer_list<std::string_view> octets);
  layout stored() const noexcept;
  std::string_view part(std::size_t at, std::size_t size) const noexcept;

  // One allocation: the layout, the forms, the key.
  std::shared_ptr<const char[]> octets_;
};

} // namespace lungo::flow
