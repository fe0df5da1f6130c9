#pragma once

#include "lungo/http/codec.hpp"
#include "lungo/http/exchange.hpp"

namespace lungo::handshake {

/// The head with which an upgrade begins, and how its end will be told.
struct opening {
  http::response head; ///< Without body.
  http::framing framing = http::framing::chunked;

  bool operator==(const opening&) const = default;
};

/// Makes the head of an approved upgrade out of the reviewed response.
///
/// Fields of handler and middleware stay as they are, in order and number. The
/// protocol owns its own: an event stream is `text/event-stream`, whatever
/// anybody set (WHATWG HTML, 9.2.3), and is not to be cached or buffered on the
/// way unless somebody said otherwise. Clients of HTTP/1.0 get no chunks; the
/// end of the connection ends their stream (RFC 9112, 6.3).
opening open(const http::exchange& approved);

} // namespace lungo::handshake
