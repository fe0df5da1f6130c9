#pragma once

#include "lungo/websocket/close_code.hpp"

#include <string>
#include <string_view>

namespace lungo::websocket {

/// Control frames of a server, ready for the wire (RFC 6455, 5.5).

/// A close frame; with `no_status` an empty one.
/// @throws invalid_value if `check` finds a fault in `status`. A reason that is
/// too long is not cut: only its author knows where it may be.
std::string encode_close(const close_status& status);

/// @throws invalid_value if `payload` is longer than 125 octets.
std::string encode_ping(std::string_view payload);

/// The answer to a ping carries what the ping did (RFC 6455, 5.5.3).
/// @throws invalid_value if `payload` is longer than 125 octets.
std::string encode_pong(std::string_view payload);

} // namespace lungo::websocket
