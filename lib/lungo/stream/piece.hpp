#pragma once

#include <string>

namespace lungo::stream {

/// Some octets of a streamed body. Where one piece ends and the next begins
/// means nothing to the client.
struct piece {
  std::string octets;

  bool operator==(const piece&) const = default;
};

} // namespace lungo::stream
