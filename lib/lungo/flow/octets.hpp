#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lungo::flow {

/// A piece of immutable octets with a share in whoever owns them: what waits
/// for a socket. Copying copies the reference only. `cost` is the credit that
/// returns to the sender when the last octet has left.
class octets {
public:
  octets() = default;

  octets(std::shared_ptr<const void> owner, std::string_view view,
         std::size_t cost)
    : owner_(std::move(owner)),
      data_(view.data()),
      size_(static_cast<std::uint32_t>(view.size())),
      cost_(static_cast<std::uint32_t>(cost)) {}

  /// Octets of static storage; they cost no credit.
  static octets literal(std::string_view text) { return {nullptr, text, 0}; }

  /// Takes `text` over; it costs no credit.
  static octets own(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    std::string_view view = *owner;
    return {std::move(owner), view, 0};
  }

  std::string_view view() const noexcept { return {data_, size_}; }
  std::size_t cost() const noexcept { return cost_; }

private:
  std::shared_ptr<const void> owner_;
  const char* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t cost_ = 0;
};

} // namespace lungo::flow
