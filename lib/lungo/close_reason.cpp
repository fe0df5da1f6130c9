#include "lungo/close_reason.hpp"

namespace lungo {

std::string_view to_string(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::peer_left:
    return "peer_left";
  case close_reason::stopped:
    return "stopped";
  case close_reason::failed:
    return "failed";
  case close_reason::too_slow:
    return "too_slow";
  case close_reason::protocol_error:
    return "protocol_error";
  case close_reason::drained:
    return "drained";
  case close_reason::expired:
    return "expired";
  case close_reason::revoked:
    return "revoked";
  }
  return "";
}

bool ends_cleanly(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::stopped:
  case close_reason::drained:
  case close_reason::expired:
  case close_reason::revoked:
    return true;
  // A behaviour that failed has not said all it had to say, a slow peer has
  // lost some of it, one that broke the protocol does not get the rest, and one
  // that left reads nothing any more.
  case close_reason::peer_left:
  case close_reason::failed:
  case close_reason::too_slow:
  case close_reason::protocol_error:
    return false;
  }
  return false;
}

} // namespace lungo
