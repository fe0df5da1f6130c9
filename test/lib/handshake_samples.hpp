#pragma once

#include "lungo/handshake/terms.hpp"
#include "lungo/http/exchange.hpp"

#include <memory>
#include <utility>

namespace lungo::samples {

/// The request of RFC 6455, 1.2, as far as it is needed, to `a.example`.
inline http::request websocket_request() {
  http::request made;
  made.path = made.target = "/chat";
  made.fields = {{"Host", "a.example"},
                 {"Upgrade", "websocket"},
                 {"Connection", "Upgrade"},
                 {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                 {"Sec-WebSocket-Version", "13"}};
  return made;
}

/// The wish for a WebSocket, with what the handler `said`.
inline http::upgrade websocket_wish(handshake::terms granted = {},
                                    http::fields said = {}) {
  http::upgrade made;
  made.kind = http::upgrade_kind::websocket;
  made.fields = std::move(said);
  made.terms = std::make_shared<const handshake::terms>(std::move(granted));
  return made;
}

/// Both together, as the pipeline makes it.
inline http::exchange websocket_exchange(http::request asked,
                                         http::upgrade wish) {
  return http::prepare(std::make_shared<http::request>(std::move(asked)),
                       std::move(wish));
}

} // namespace lungo::samples
