#pragma once

#include "lungo/handshake/opening.hpp"
#include "lungo/handshake/terms.hpp"
#include "lungo/http/exchange.hpp"

#include <chrono>

namespace lungo::handshake {

/// Decides how an exchange that wants an upgrade ends: by an ordinary response
/// or by the commit of its connection. One per admission; drives all kinds of
/// upgrade alike. It neither spawns nor writes: each call answers with the
/// action that the supervisor carries out.
///
///     admitted --spawn--> spawning --commit--> committed
///         |                   |
///         +--respond          +--respond, turn_away
///
/// That the client left meanwhile is not its matter: a commit for a session
/// that is gone is refused by the broker, and ends the connection.
class upgrade_fsm {
public:
  enum class state : unsigned char { admitted, spawning, committed, refused };

  enum class act : unsigned char {
    respond,   ///< Send `response` as an ordinary one; no connection exists.
    head_only, ///< Send `opening` as the answer to HEAD; no connection exists.
    turn_away, ///< The same, and end the session: others need the socket.
    spawn,     ///< Spawn the connection and wait for its init.
    commit,    ///< Send `opening`: the point of no return.
    none,      ///< Nothing is left to do.
  };

  struct action {
    act what;
    http::response response;
    handshake::opening opening;
  };

  /// @param allowed counts where the upgrade's terms say nothing.
  explicit upgrade_fsm(http::exchange_ptr reviewed, policy allowed = {});

  /// Begins: an upgrade that review dropped is an ordinary response, as is one
  /// that validation refuses, with the fields that middleware put on the head.
  /// HEAD gets the head alone (RFC 9110, 9.3.2), but for a WebSocket, which
  /// validation refuses to it.
  action start();

  /// The connection's init succeeded.
  action on_ready();

  /// There will be no connection: its init threw, it closed itself, it took too
  /// long, or the server is leaving. Nothing was sent yet, so the client gets
  /// the truth, with the fields that middleware put on the head.
  action on_failed(const error& err);

  /// There is no room for one more connection, or the server is about to
  /// leave, as `why` says: the client is to come back after `retry`. What an
  /// `EventSource` gets is the policy's to say; the others get 503 with
  /// `Retry-After`. In place of the spawning that `start` asked for.
  action on_full(const error& why, std::chrono::milliseconds retry);

  state now() const noexcept { return state_; }
  const http::exchange_ptr& exchange() const noexcept { return exchange_; }

private:
  action refuse(http::response with); ///< As it is.
  action deny(http::response with);   ///< With what middleware said.

  http::exchange_ptr exchange_;
  policy allowed_;
  state state_ = state::admitted;
};

} // namespace lungo::handshake
