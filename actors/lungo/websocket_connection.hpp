#pragma once

#include "lungo/handshake/terms.hpp"
#include "lungo/stateful_connection.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// WebSockets: connections that send messages both ways (RFC 6455).
namespace lungo::websocket {

/// What a route may settle for its WebSockets. Its `heartbeat` is after how
/// long without an octet from the peer it is asked for a sign of life (a ping,
/// RFC 6455, 5.5.2).
struct options : connection_options {
  /// Where pages may come from that connect here, as browsers name it
  /// (`https://example.org`), besides this server's own origin; `*` is any.
  /// Left alone, `settings::handshake` says so. Clients that are no
  /// browsers name none, and are let in.
  std::optional<std::vector<std::string>> origins{};
  /// Subprotocols that this route speaks, the best first.
  std::vector<std::string> subprotocols{};
  /// Agree to compress messages (permessage-deflate, RFC 7692)?
  bool deflate = false;
  /// Where clients say where they left off, for routes that read topics.
  std::string last_event_id_query = "lastEventId";
  /// What of the server's limits is otherwise here.
  std::optional<decoder_limits> limits{};
};

/// How a WebSocket ended.
struct closing {
  close_reason why = close_reason::peer_left;
  /// The code and reason that came from the peer, or else are meant for it;
  /// 1006 if there was neither (RFC 6455, 7.1.5).
  close_status status{};
};

/// `m` encoded once for many, of whom some may have agreed to compression and
/// some not. Any thread may call it.
frame encode_for_all(const message& m);

class endpoint_plan;

/// The connection of one WebSocket, as far as it does not depend on the user's
/// state. Use `connection<State>`.
class endpoint : public lungo::connection {
public:
  /// Sends a message. It leaves when the current one has been handled; before
  /// the commit it waits. Dropped without a word once the connection ends.
  void push(const message& what);

  /// Sends a message that was encoded once for many.
  void push(frame what) { push_frame(std::move(what)); }

  /// Makes this WebSocket a reader of topics, as `sse::stream::subscribe` does:
  /// each event is a text of JSON, `{"topic","id","event","data"}`. A page says
  /// where it left off in the query parameter of `options`.
  /// @throws invalid_value if there is no name among `names`.
  void subscribe(const topics& from, std::vector<std::string> names,
                 subscribe_options how = {});

  /// Calls `f` with each message of the peer, in order. What comes while there
  /// is no such function is dropped. A peer is read while its messages are
  /// handled: what `f` has not returned from holds it back.
  void on_message(std::function<void(const message&)> f);

  /// Calls `on_message` no more until `resume`, for one that waits for another
  /// actor. What is here already waits, at most a window of it, and the peer is
  /// not read from any further.
  void pause() { paused_ = true; }
  void resume();

  // The scheduler's stays what it is.
  using lungo::connection::resume;

  /// Closes behind all that was pushed, and tells the peer why. What comes from
  /// the peer from now on is dropped.
  /// @throws invalid_value if no close frame can say that: a code that may not
  ///         be sent, or a reason of more than 123 octets (RFC 6455, 7.4).
  void close(close_code code = close_code::normal, std::string reason = {});

  // With the reason alone, as for any connection, or with what was said.
  using lungo::connection::on_close;
  void on_close(std::function<void(const closing&)> f);

  /// What was agreed on with this client, empty if nothing. During `on_open`
  /// only.
  std::string subprotocol() const;

protected:
  endpoint(caf::actor_config& cfg, connection_start start,
           const endpoint_plan& plan);

  bool receive(const mail& what) override;
  flow::octets farewell(close_reason reason) override;
  void tell_closed(close_reason reason) override;

private:
  void received(const msg::received& what);
  void handle(const message& what);
  void handle_waiting();
  void give_back();

  const endpoint_plan& plan_; ///< There while it opens.
  std::function<void(const message&)> on_message_;
  std::function<void(const closing&)> on_closing_;
  std::optional<close_status> status_; ///< What is, or was, to be said.
  std::vector<message> waiting_;       ///< Came while it was paused.
  std::size_t taken_ = 0;              ///< Not given back yet.
  std::size_t give_back_at_;
  bool deflates_;
  bool paused_ = false;
};

/// How WebSockets are spawned, and behave on the wire.
class endpoint_plan : public spawn_plan {
public:
  explicit endpoint_plan(options how);

  wire_habits habits(const http::exchange& approved,
                     const settings& config) const override;
  const std::shared_ptr<const handshake::terms>& terms() const noexcept {
    return terms_;
  }
  const std::string& last_event_id_query() const noexcept { return query_; }

private:
  std::optional<decoder_limits> limits_;
  std::string query_;
  std::shared_ptr<const handshake::terms> terms_;
};

struct kind {
  static constexpr char name[] = "lungo.websocket.connection";
  using base = endpoint;
  using handle = websocket_connection_actor;
  using options = websocket::options;
  using plan = endpoint_plan;
};

using lungo::behavior;
using lungo::no_state;
using lungo::upgrade_handler;

/// The connection of one WebSocket. Any actor may send to its handle
/// (`websocket_connection_actor`); with `Signatures`, also what those say.
template <class State = no_state, class... Signatures>
using connection = stateful_connection<kind, State, Signatures...>;

/// Makes a handler whose WebSockets run `on_open(connection<State>*)`, as
/// `sse::upgrade` does for event streams.
/// @throws invalid_value if an origin or subprotocol is none.
template <class F>
upgrade_handler upgrade(F on_open, options how = {}) {
  auto made = std::make_shared<lungo::detail::plan<F>>(std::move(on_open),
                                                       std::move(how));
  http::upgrade wish{http::upgrade_kind::websocket, {}, made};
  wish.terms = made->terms();
  return upgrade_handler{std::move(wish)};
}

/// A handler whose WebSockets read topics, and take nothing from their peers.
upgrade_handler subscribe(const topics& from, std::vector<std::string> names,
                          subscribe_options which = {}, options how = {});

} // namespace lungo::websocket
