#pragma once

#include "lungo/websocket/close_code.hpp"

#include <cstddef>
#include <string_view>

namespace lungo::websocket {

/// Why a peer is refused, as a close frame can say it. All faults are
/// constants: a scanner allocates nothing to fail.
struct fault {
  template <std::size_t Size>
  consteval fault(close_code why, const char (&text)[Size])
    : code{why},
      sentence{text, Size - 1} {
    static_assert(Size - 1 <= max_close_reason_bytes);
  }

  close_code code;
  std::string_view sentence;
};

} // namespace lungo::websocket
