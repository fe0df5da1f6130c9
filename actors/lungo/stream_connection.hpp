#pragma once

#include "lungo/stateful_connection.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Streamed bodies: connections that make the body of a response while it is
/// sent, and may read that of the request meanwhile.
namespace lungo::stream {

/// What a route may settle for its streamed bodies. There are no heartbeats,
/// and frames of a body may not be dropped, so of the policies only
/// `disconnect` has a meaning.
struct options : connection_options {
  /// Octets of the whole body, if they are known: clients then show progress,
  /// and one octet more or less is a fault. Else the end is told by framing.
  std::optional<std::uint64_t> length{};

  options() = default;
  explicit options(std::uint64_t octets) : length(octets) {}
};

class transfer_plan;

/// The connection of one streamed body, as far as it does not depend on the
/// user's state. Use `connection<State>`.
class transfer : public lungo::connection {
public:
  /// Sends octets. They leave when the current message has been handled; before
  /// the commit they wait. Dropped without a word once the body has ended. Push
  /// while `writable`, and again in `on_drained`: what a slow client does not
  /// take waits in the outbox, and at its bound the body is cut.
  /// @throws std::length_error if these are more than `options::length` says.
  void push(std::string_view octets);

  /// Ends the body by a cut: the client sees that something is missing. What a
  /// handler throws does the same.
  void abort() { end(close_reason::failed); }

  /// Calls `f` with each piece of the request's body, in order; to be set in
  /// `on_open`, and only there, since what nobody wants is not kept. The next
  /// piece is read from the socket when `f` has returned and what was pushed
  /// has room, so a client is read as fast as it reads, unless `pause` says
  /// otherwise.
  void on_body(std::function<void(std::string_view octets)> f);

  /// Calls `f` once, when the request's body is whole; at once if it has none.
  void on_body_end(std::function<void()> f);

  /// Reads no more of the request's body, for one that waits for another actor.
  void pause() { paused_ = true; }
  void resume();

  // The scheduler's stays what it is.
  using lungo::connection::resume;

protected:
  transfer(caf::actor_config& cfg, connection_start start,
           const transfer_plan& plan);

  bool receive(const mail& what) override;
  bool reads_body() const override;
  void on_committed() override { ask(); }
  void on_writable() override { ask(); }
  void shut(const msg::shut& what) override;
  bool is_whole(close_reason reason) const override;
  close_reason on_closing(close_reason reason) override;
  void tell_closed(close_reason reason) override;

private:
  void take(const msg::body& what);
  void ask();
  void send_on(std::string_view octets);

  http::body_transforms of_request_;
  http::body_transforms of_response_;
  std::function<void(std::string_view)> on_body_;
  std::function<void()> on_body_end_;
  std::optional<std::uint64_t> missing_; ///< Of the length that was promised.
  bool asked_ = false; ///< And until that piece is handled, if it is not last.
  bool paused_ = false;
};

/// How streamed bodies are spawned, and behave on the wire.
class transfer_plan : public spawn_plan {
public:
  explicit transfer_plan(options how) : spawn_plan(how), how_(how) {}

  wire_habits habits(const http::exchange& approved,
                     const settings& config) const override;
  const options& how() const noexcept { return how_; }

private:
  options how_;
};

struct kind {
  static constexpr char name[] = "lungo.stream.connection";
  using base = transfer;
  using handle = stream_connection_actor;
  using options = stream::options;
  using plan = transfer_plan;
};

using lungo::behavior;
using lungo::no_state;
using lungo::upgrade_handler;

/// The connection of one streamed body. Any actor may send to its handle
/// (`stream_connection_actor`); with `Signatures`, also what those say.
template <class State = no_state, class... Signatures>
using connection = stateful_connection<kind, State, Signatures...>;

/// Makes a handler whose bodies are made by `on_open(connection<State>*)`, as
/// `sse::upgrade` does for event streams. A route with such a handler does not
/// wait for the body of its request.
template <class F>
upgrade_handler upgrade(F on_open, options how = {}) {
  auto length = how.length;
  http::upgrade wish{http::upgrade_kind::stream,
                     {},
                     std::make_shared<lungo::detail::plan<F>>(
                       std::move(on_open), std::move(how))};
  wish.length = length;
  return upgrade_handler{std::move(wish)};
}

} // namespace lungo::stream
