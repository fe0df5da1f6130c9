#include "lungo/http/upgrade.hpp"

namespace lungo::http {

std::string_view to_string(upgrade_kind kind) noexcept {
  switch (kind) {
  case upgrade_kind::sse:
    return "sse";
  case upgrade_kind::websocket:
    return "websocket";
  case upgrade_kind::stream:
    return "stream";
  }
  return "";
}

status success_status(upgrade_kind kind) noexcept {
  return kind == upgrade_kind::websocket ? status::switching_protocols
                                         : status::ok;
}

} // namespace lungo::http
