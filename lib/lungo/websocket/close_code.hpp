#pragma once

#include "lungo/close_reason.hpp"
#include "lungo/result.hpp"

#include <cstdint>
#include <string>

namespace lungo::websocket {

/// What a close frame gives as its reason, in a number (RFC 6455, 7.4.1, and
/// the registry of IANA). Any other of 3000 to 4999 may be cast to it: up to
/// 3999 they are for frameworks, who register them, from 4000 on for
/// applications.
enum class close_code : std::uint16_t {
  normal = 1000,           ///< All is said.
  going_away = 1001,       ///< The server stops, or the page is left.
  protocol_error = 1002,   ///< The frames are wrong.
  unsupported_data = 1003, ///< Of a kind that is not taken here.
  no_status = 1005,        ///< The close frame is empty. Not for the wire.
  abnormal = 1006,         ///< There was no close frame. Not for the wire.
  invalid_payload = 1007,  ///< Text that is not UTF-8.
  policy_violation = 1008, ///< For what no other code says.
  message_too_big = 1009,
  mandatory_extension = 1010, ///< Clients only.
  internal_error = 1011,
  service_restart = 1012, ///< Come back, but not all at once.
  try_again_later = 1013,
  bad_gateway = 1014,
};

/// May `code` stand in a close frame (RFC 6455, 7.4)?
bool on_the_wire(close_code code) noexcept;

/// What a peer is told when its connection ends for `reason`. For `peer_left`,
/// when there is nobody to tell, what a client would have it for: `abnormal`.
close_code code_for(close_reason reason) noexcept;

/// What a close frame says. The code alone is for programs; the reason is for
/// whoever reads logs.
struct close_status {
  close_code code = close_code::no_status;
  std::string reason;

  bool operator==(const close_status&) const = default;
};

/// Octets of the longest reason: a control frame carries 125 (RFC 6455, 5.5),
/// and the code is two of them.
inline constexpr std::size_t max_close_reason_bytes = 123;

/// Can a close frame say `status`? It has a code that may stand there and a
/// reason that is UTF-8 and not too long; or `no_status` and no reason.
/// `errc::bad_request` if not.
result<void> check(const close_status& status);

} // namespace lungo::websocket
