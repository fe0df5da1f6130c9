#pragma once

#include "lungo/connection.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace lungo::sse {

/// The handlers of a connection, as a function for `upgrade` returns them:
/// `return {[=](tick_atom) { ... }, ...};`, or `return {};` if all it does is
/// to be pushed to.
class behavior {
public:
  behavior() = default;

  template <class F, class... Fs>
  requires(!std::is_same_v<std::decay_t<F>, behavior>) behavior(F f, Fs... fs)
    : handlers_(std::move(f), std::move(fs)...) {}

  caf::message_handler handlers() && { return std::move(handlers_); }

private:
  caf::message_handler handlers_;
};

/// What a route may settle for its event streams.
struct options : connection_options {
  /// Where clients that cannot send `Last-Event-ID` put it instead.
  std::string last_event_id_query = "lastEventId";
};

/// The connection of one event stream, as far as it does not depend on the
/// user's state. Use `connection<State>`.
class stream : public lungo::connection {
public:
  /// Sends an event. It leaves when the current message has been handled;
  /// before the commit it waits. Dropped without a word once the stream ends.
  void push(const event& what) { push_frame(sse::encode(what)); }

  /// Sends an event that was encoded once for many streams.
  void push(frame what) { push_frame(std::move(what)); }

  /// Where the client left off: its `Last-Event-ID`, else the query parameter
  /// of `options`; empty if it comes for the first time. During `on_open` only.
  std::string last_event_id() const;

protected:
  stream(caf::actor_config& cfg, connection_start start, const options& how);

  caf::message_handler protocol() override;
  void encode(const flow::outbox::item& what, bool chunked,
              std::vector<flow::octets>& into) override;
  void encode_gap(std::uint64_t dropped, bool chunked,
                  std::vector<flow::octets>& into) override;

private:
  const options& options_; ///< Of the plan; there while it opens.
  bool resumable_ = false; ///< Has the stream had ids?
};

struct no_state {};

/// The connection of one event stream: an actor with the user's `State`, which
/// lives until the connection ends. Any actor may send to its handle
/// (`sse_connection_actor`); with `Signatures`, also what those say.
template <class State = no_state, class... Signatures>
class connection final : public stream {
public:
  using state_type = State;

  /// The typed handle, to be given to other actors.
  using handle_type = sse_connection_actor::extend<Signatures...>;

  /// What `on_open` returns: for a connection with signatures of its own, the
  /// compiler checks that each has its handler.
  using behavior_type = typename std::conditional_t<
    sizeof...(Signatures) == 0, std::type_identity<behavior>,
    std::type_identity<caf::typed_behavior<Signatures...>>>::type;

  template <class F>
  connection(caf::actor_config& cfg, connection_start start, const options& how,
             F on_open)
    : stream(cfg, std::move(start), how),
      on_open_(std::move(on_open)) {}

  ~connection() override { destroy_state(); }

  const char* name() const override { return "lungo.sse.connection"; }

  handle_type handle() {
    return caf::actor_cast<handle_type>(caf::actor{this});
  }

  /// Goes on with other handlers.
  void become(behavior_type next) { become_handlers(unbox(std::move(next))); }

  void on_exit() override {
    stream::on_exit();
    destroy_state();
  }

  /// The user's own, from `on_open` until the connection has ended: so handles
  /// in it cannot keep each other alive.
  union {
    State state;
  };

private:
  caf::message_handler open() override {
    std::construct_at(std::addressof(state));
    has_state_ = true;
    auto run = std::exchange(on_open_, nullptr);
    return unbox(run(this));
  }

  void destroy_state() {
    if (std::exchange(has_state_, false))
      std::destroy_at(std::addressof(state));
  }

  static caf::message_handler unbox(behavior_type what) {
    if constexpr (sizeof...(Signatures) == 0)
      return std::move(what).handlers();
    else
      return what.unbox().as_behavior_impl();
  }

  std::function<behavior_type(connection*)> on_open_;
  bool has_state_ = false;
};

namespace detail {

/// The connection type that a function for `upgrade` takes.
template <class F>
struct connection_of : connection_of<decltype(&F::operator())> {};

template <class R, class C>
struct connection_of<R (*)(C*)> {
  using type = C;
};

template <class R, class T, class C>
struct connection_of<R (T::*)(C*) const> {
  using type = C;
};

wire_habits habits(bool chunked);

template <class F>
class plan final : public spawn_plan {
public:
  plan(F on_open, options how)
    : spawn_plan(how),
      on_open_(std::move(on_open)),
      options_(std::move(how)) {}

  connection_actor spawn(caf::actor_system& sys,
                         connection_start start) const override {
    using type = typename connection_of<F>::type;
    auto made = sys.spawn<type>(std::move(start), options_, on_open_);
    return caf::actor_cast<connection_actor>(made);
  }

  wire_habits habits(bool chunked) const override {
    return detail::habits(chunked);
  }

private:
  F on_open_;
  options options_;
};

} // namespace detail

/// A handler that asks for an event stream. Give it to a route, or return it
/// from a handler that decides by the request.
class upgrade_handler {
public:
  explicit upgrade_handler(std::shared_ptr<const spawn_plan> plan)
    : upgrade_{http::upgrade_kind::sse, {}, std::move(plan)} {}

  /// The same with one more field on the head of its streams.
  /// @throws invalid_value as `http::fields::add`.
  upgrade_handler with(std::string name, std::string value) && {
    upgrade_.fields.add(std::move(name), std::move(value));
    return std::move(*this);
  }

  operator http::upgrade() const { return upgrade_; }
  http::answer operator()(const http::request&) const { return upgrade_; }

private:
  http::upgrade upgrade_;
};

/// Makes a handler whose streams run `on_open(connection<State>*)`: a function
/// that greets the client and returns the handlers of what is to come. It runs
/// in the new actor, once the chain has approved and before the first octet
/// leaves; it is copied for each stream.
template <class F>
upgrade_handler upgrade(F on_open, options how = {}) {
  return upgrade_handler{
    std::make_shared<detail::plan<F>>(std::move(on_open), std::move(how))};
}

} // namespace lungo::sse
