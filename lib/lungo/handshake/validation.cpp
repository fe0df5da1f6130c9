#include "lungo/handshake/validation.hpp"

namespace lungo::handshake {

result<void> validate(const http::request&, http::upgrade_kind kind) {
  if (kind == http::upgrade_kind::websocket)
    return error{errc::not_implemented,
                 "this server does not speak the WebSocket protocol"};
  return {};
}

} // namespace lungo::handshake
