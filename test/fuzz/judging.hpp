#pragma once

#include <cstdlib>
#include <string_view>
#include <vector>

/// What fuzzers of decoders share.
namespace fuzz {

/// Cuts `sample` at places that the sample itself chooses.
inline std::vector<std::string_view> cut_by_content(std::string_view sample) {
  std::vector<std::string_view> parts;
  for (auto rest = sample; !rest.empty();) {
    parts.push_back(
      rest.substr(0, 1 + static_cast<unsigned char>(rest[0]) % 7));
    rest.remove_prefix(parts.back().size());
  }
  return parts;
}

inline void demand(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace fuzz
