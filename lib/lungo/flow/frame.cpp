#include "lungo/flow/frame.hpp"

#include <algorithm>
#include <cstring>

namespace lungo::flow {

/// Where the parts are; offsets count from the first octet behind it. The key
/// stands last, behind all that is sent.
struct frame::layout {
  std::size_t plain_at = 0;
  std::size_t plain_size = 0;
  std::size_t coded_at = 0;
  std::size_t coded_size = 0;
  std::size_t key_at = 0;
  std::size_t key_size = 0;
  bool resumable = false;
};

frame frame::wrapped(std::string_view prefix, std::string_view payload,
                     std::string_view suffix, std::string_view key,
                     bool resumable) {
  auto size = prefix.size() + payload.size() + suffix.size();
  return {{prefix.size(), payload.size(), 0, size, size, key.size(), resumable},
          {prefix, payload, suffix, key}};
}

frame frame::uniform(std::string_view head, std::string_view payload,
                     std::string_view key) {
  auto size = head.size() + payload.size();
  return {{0, size, 0, size, size, key.size(), false}, {head, payload, key}};
}

frame frame::twofold(std::string_view plain, std::string_view coded,
                     std::string_view key) {
  auto size = plain.size() + coded.size();
  return {
    {0, plain.size(), plain.size(), coded.size(), size, key.size(), false},
    {plain, coded, key}};
}

frame::frame(const layout& parts,
             std::initializer_list<std::string_view> octets) {
  auto made = std::make_shared_for_overwrite<char[]>(sizeof parts + parts.key_at
                                                     + parts.key_size);
  std::memcpy(made.get(), &parts, sizeof parts);
  auto at = made.get() + sizeof parts;
  for (auto text : octets)
    at = std::copy(text.begin(), text.end(), at);
  octets_ = std::move(made);
}

std::string_view frame::plain() const noexcept {
  auto parts = stored();
  return part(parts.plain_at, parts.plain_size);
}

std::string_view frame::coded() const noexcept {
  auto parts = stored();
  return part(parts.coded_at, parts.coded_size);
}

std::string_view frame::key() const noexcept {
  auto parts = stored();
  return part(parts.key_at, parts.key_size);
}

std::size_t frame::size() const noexcept {
  return stored().key_at;
}

bool frame::resumable() const noexcept {
  return stored().resumable;
}

frame::layout frame::stored() const noexcept {
  layout parts;
  if (octets_)
    std::memcpy(&parts, octets_.get(), sizeof parts);
  return parts;
}

std::string_view frame::part(std::size_t at, std::size_t size) const noexcept {
  if (!octets_)
    return {};
  return {octets_.get() + sizeof(layout) + at, size};
}

} // namespace lungo::flow
