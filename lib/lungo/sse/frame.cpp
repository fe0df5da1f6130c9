#include "lungo/sse/frame.hpp"

#include "lungo/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace lungo::sse {

/// Where the parts are; offsets count from the first octet of the chunk.
struct frame::layout {
  std::size_t block_at = 0;
  std::size_t block_size = 0;
  std::size_t chunk_size = 0;
  std::size_t key_size = 0;
  bool resumable = false;
};

frame::frame(std::string_view block, std::string_view key, bool resumable) {
  constexpr std::string_view crlf = "\r\n";
  if (!block.ends_with("\n\n"))
    throw invalid_value("a frame must end in an empty line");
  std::array<char, 2 * sizeof(std::size_t)> digits;
  auto [end, ignored] = std::to_chars(
    digits.data(), digits.data() + digits.size(), block.size(), 16);
  std::string_view length{digits.data(), end};
  layout parts;
  parts.block_at = length.size() + crlf.size();
  parts.block_size = block.size();
  parts.chunk_size = parts.block_at + block.size() + crlf.size();
  parts.key_size = key.size();
  parts.resumable = resumable;
  auto octets = std::make_shared_for_overwrite<char[]>(
    sizeof parts + parts.chunk_size + parts.key_size);
  std::memcpy(octets.get(), &parts, sizeof parts);
  auto at = octets.get() + sizeof parts;
  for (auto text : {length, crlf, block, crlf, key})
    at = std::copy(text.begin(), text.end(), at);
  octets_ = std::move(octets);
}

std::string_view frame::block() const noexcept {
  auto parts = stored();
  return part(parts.block_at, parts.block_size);
}

std::string_view frame::chunk() const noexcept {
  return part(0, stored().chunk_size);
}

std::string_view frame::key() const noexcept {
  auto parts = stored();
  return part(parts.chunk_size, parts.key_size);
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

} // namespace lungo::sse
