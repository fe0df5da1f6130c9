#pragma once

#include "lungo/handshake/terms.hpp"
#include "lungo/http/codec.hpp"
#include "lungo/http/exchange.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace lungo::handshake {

/// The head with which an upgrade begins, and how its end will be told.
struct opening {
  http::response head; ///< Without body.
  http::framing framing = http::framing::chunked;
  std::uint64_t content_length = 0; ///< Octets, for `framing::length`.

  bool operator==(const opening&) const = default;
};

/// Is this a field that only a handshake may set: `Upgrade`, `Connection`,
/// those of framing, and each that begins with `Sec-WebSocket-`?
bool is_of_handshake(std::string_view name) noexcept;

/// Makes the head of an approved upgrade, which validation has let pass, out of
/// the reviewed response.
///
/// Fields of handler and middleware stay as they are, in order and number. The
/// protocol owns its own: an event stream is `text/event-stream`, whatever
/// anybody set (WHATWG HTML, 9.2.3), and is not to be cached or buffered on the
/// way unless somebody said otherwise. A WebSocket accepts the client's key and
/// tells what was agreed on (RFC 6455, 4.2.2); nothing frames it as a body.
///
/// A streamed body of known length is framed by that. For the rest, clients of
/// HTTP/1.0 get no chunks; the end of the connection ends their stream (RFC
/// 9112, 6.3).
opening open(const http::exchange& approved);

/// Makes the answer to an upgrade that there is no room for now, as `why` says;
/// the client is to come back after `retry`. It is 503 with `Retry-After` (RFC
/// 9110, 10.2.3), at which an `EventSource` would give up for good: if `how`
/// allows, that one gets a stream which says when to come back, and ends.
http::response come_back_later(const http::exchange& approved, at_limit how,
                               const error& why,
                               std::chrono::milliseconds retry);

} // namespace lungo::handshake
