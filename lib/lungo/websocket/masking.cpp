#include "lungo/websocket/masking.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lungo::websocket {

void unmask(std::span<char> piece, masking_key& key) noexcept {
  std::uint64_t mask = 0; // The key twice, in the order of memory.
  std::memcpy(&mask, key.data(), key.size());
  std::memcpy(reinterpret_cast<char*>(&mask) + key.size(), key.data(),
              key.size());
  std::size_t at = 0;
  for (; piece.size() - at >= sizeof mask; at += sizeof mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, &piece[at], sizeof word);
    word ^= mask;
    std::memcpy(&piece[at], &word, sizeof word);
  }
  for (; at < piece.size(); ++at)
    piece[at] = static_cast<char>(piece[at] ^ key[at % key.size()]);
  std::rotate(key.begin(),
              key.begin() + static_cast<std::ptrdiff_t>(at % key.size()),
              key.end());
}

} // namespace lungo::websocket
