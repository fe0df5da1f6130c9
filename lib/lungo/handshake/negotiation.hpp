#pragma once

#include "lungo/handshake/terms.hpp"
#include "lungo/http/message.hpp"

#include <string>
#include <string_view>

/// What the two ends of a WebSocket agree on. Pure functions of a request that
/// validation has let pass; whoever asks twice gets the same answer.
namespace lungo::handshake {

/// The first subprotocol of ours that the client offers (RFC 6455, 4.2.2);
/// empty: none. Case counts.
std::string choose_subprotocol(const http::request& request, const terms& ours);

/// The extensions agreed on, as `Sec-WebSocket-Extensions` tells them; empty:
/// none. There is one, permessage-deflate, and always without context takeover
/// on either side (RFC 7692, 7.1.1): no socket keeps a window, and what is
/// compressed once serves all receivers. Of several offers the first that is
/// acceptable counts. One that limits our window below 15 bits is not, nor one
/// with a parameter that is unknown, twice there or of another value than it
/// may have.
std::string choose_extensions(const http::request& request, const terms& ours);

/// Is permessage-deflate agreed on?
bool choose_deflate(const http::request& request, const terms& ours);

/// What proves that the server has read this `Sec-WebSocket-Key` (RFC 6455,
/// 4.2.2): the base64 of the SHA-1 of the key with the protocol's GUID.
/// @throws std::runtime_error if libcrypto has no SHA-1.
std::string accept_key(std::string_view key);

} // namespace lungo::handshake
