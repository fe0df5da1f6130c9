#pragma once

#include "lungo/handshake/terms.hpp"
#include "lungo/http/message.hpp"
#include "lungo/http/upgrade.hpp"

#include <optional>

namespace lungo::handshake {

/// May this request become that? Nothing if it may; else the ordinary response
/// for its client, with the fields that belong to it (`Upgrade` and
/// `Sec-WebSocket-Version` of a 426, `Allow` of a 405). Asked when the
/// chain has approved, before anything is spawned.
///
/// An event stream and a streamed body are ordinary responses to their
/// requests (WHATWG HTML, 9.2.2 asks nothing of the request but that it is
/// understood; `Accept` is not required), so every request with a handler may
/// have one. A WebSocket is held against RFC 6455, 4.2.1 and 4.2.2, clause by
/// clause, what tells a client most first.
std::optional<http::response> refusal(const http::request& request,
                                      const http::upgrade& wish,
                                      const policy& allowed);

} // namespace lungo::handshake
