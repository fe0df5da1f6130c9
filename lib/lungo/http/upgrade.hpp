#pragma once

#include "lungo/http/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace lungo::handshake {
struct terms;
}

namespace lungo::http {

/// What an exchange can become.
enum class upgrade_kind : std::uint8_t { sse, websocket, stream };

std::string_view to_string(upgrade_kind kind) noexcept;

/// The one status with which an upgrade goes through: 101 for a WebSocket,
/// 200 for an event stream and a streamed body. Any other status after the
/// last review drops the upgrade.
status success_status(upgrade_kind kind) noexcept;

/// How to spawn the connection. Opaque here, since `lib` knows no actors; the
/// supervisor's folder derives the only implementation.
class connection_plan {
public:
  virtual ~connection_plan() = default;
};

/// The wish of an exchange to become a stream or a WebSocket. A value: copying,
/// dropping or replacing it touches no socket and starts no actor.
struct upgrade {
  upgrade_kind kind = upgrade_kind::sse;
  http::fields fields; ///< What the handler wants on the head.
  std::shared_ptr<const connection_plan> plan;

  /// What is granted to a WebSocket; null for the other kinds.
  std::shared_ptr<const handshake::terms> terms = nullptr;

  /// Octets of a streamed body, where they are known; else its end is told by
  /// framing.
  std::optional<std::uint64_t> length = std::nullopt;
};

} // namespace lungo::http
