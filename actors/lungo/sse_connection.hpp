#pragma once

#include "lungo/stateful_connection.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Event streams: connections that push events (WHATWG HTML, 9.2).
namespace lungo::sse {

/// What a route may settle for its event streams.
struct options : connection_options {
  /// Where clients that cannot send `Last-Event-ID` put it instead.
  std::string last_event_id_query = "lastEventId";
};

class stream_plan;

/// The connection of one event stream, as far as it does not depend on the
/// user's state. Use `connection<State>`.
class stream : public lungo::connection {
public:
  /// Sends an event. It leaves when the current message has been handled;
  /// before the commit it waits. Dropped without a word once the stream ends.
  void push(const event& what) { push_frame(sse::encode(what)); }

  /// Sends an event that was encoded once for many streams.
  void push(frame what) { push_frame(std::move(what)); }

  /// Makes this stream a reader of topics, behind where the client left off:
  /// what it missed comes first, as if it had never been away. During `on_open`
  /// the topics answer before the stream begins, so that a client is told by a
  /// status what it cannot have. Called later, it adds topics, from now on.
  /// @throws invalid_value if there is no name among `names`.
  void subscribe(const topics& from, std::vector<std::string> names,
                 subscribe_options how = {});

  /// Where the client left off: its `Last-Event-ID`, else the query parameter
  /// of `options`; empty if it comes for the first time. During `on_open` only.
  std::string last_event_id() const;

protected:
  stream(caf::actor_config& cfg, connection_start start,
         const stream_plan& plan);

  bool receive(const mail& what) override;
  void shut(const msg::shut& what) override;
  flow::frame gap(std::uint64_t dropped) const override;
  flow::octets farewell(close_reason reason) override;

private:
  const stream_plan& plan_; ///< There while it opens.
  std::chrono::milliseconds retry_{0};
};

/// How event streams are spawned, and behave on the wire.
class stream_plan : public spawn_plan {
public:
  explicit stream_plan(options how) : spawn_plan(how), how_(std::move(how)) {}

  wire_habits habits(const http::exchange& approved,
                     const settings& config) const override;
  const options& how() const noexcept { return how_; }

private:
  options how_;
};

struct kind {
  static constexpr char name[] = "lungo.sse.connection";
  using base = stream;
  using handle = sse_connection_actor;
  using options = sse::options;
  using plan = stream_plan;
};

using lungo::behavior;
using lungo::no_state;
using lungo::upgrade_handler;

/// The connection of one event stream. Any actor may send to its handle
/// (`sse_connection_actor`); with `Signatures`, also what those say.
template <class State = no_state, class... Signatures>
using connection = stateful_connection<kind, State, Signatures...>;

/// Makes a handler whose streams run `on_open(connection<State>*)`: a function
/// that greets the client and returns the handlers of what is to come. It runs
/// in the new actor, once the chain has approved and before the first octet
/// leaves; it is copied for each stream.
template <class F>
upgrade_handler upgrade(F on_open, options how = {}) {
  return upgrade_handler{{http::upgrade_kind::sse,
                          {},
                          std::make_shared<lungo::detail::plan<F>>(
                            std::move(on_open), std::move(how))}};
}

/// A handler whose streams read topics, and do nothing else.
upgrade_handler subscribe(const topics& from, std::vector<std::string> names,
                          subscribe_options which = {}, options how = {});

} // namespace lungo::sse
