#include "lungo/http/chunk.hpp"

#include <charconv>

namespace lungo::http {

chunk_header::chunk_header(std::size_t size) noexcept {
  auto* first = text_.data();
  auto* end = std::to_chars(first, first + 2 * sizeof size, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  size_ = static_cast<std::size_t>(end - first);
}

} // namespace lungo::http
