#include "lungo/websocket/close_code.hpp"

#include "lungo/utf8.hpp"

namespace lungo::websocket {

bool on_the_wire(close_code code) noexcept {
  const auto number = static_cast<std::uint16_t>(code);
  return (number >= 1000 && number <= 1003)
         || (number >= 1007 && number <= 1014)
         || (number >= 3000 && number <= 4999);
}

close_code code_for(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::peer_left:
    return close_code::abnormal;
  case close_reason::stopped:
    return close_code::normal;
  case close_reason::failed:
    return close_code::internal_error;
  case close_reason::protocol_error:
    return close_code::protocol_error;
  case close_reason::too_slow:
  case close_reason::revoked:
    return close_code::policy_violation;
  // Who reaches its age has done nothing wrong, and is welcome to come back.
  case close_reason::drained:
  case close_reason::expired:
    return close_code::going_away;
  }
  return close_code::internal_error;
}

result<void> check(const close_status& status) {
  if (status.code == close_code::no_status && status.reason.empty())
    return {};
  if (!on_the_wire(status.code))
    return error{errc::bad_request,
                 "this close code may not stand in a close frame"};
  if (status.reason.size() > max_close_reason_bytes)
    return error{errc::bad_request,
                 "the reason of a close frame is longer than 123 octets"};
  if (!is_utf8(status.reason))
    return error{errc::bad_request,
                 "the reason of a close frame is UTF-8, this is not"};
  return {};
}

} // namespace lungo::websocket
