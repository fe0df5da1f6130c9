#pragma once

#include "lungo/connection.hpp"
#include "lungo/upgrade_handler.hpp"

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lungo {

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

struct no_state {};

/// A connection of one `Kind`, as users name it (`sse::connection<State>`): an
/// actor with the user's `State`, which lives until the connection ends. Any
/// actor may send to its handle; with `Signatures`, also what those say.
///
/// A kind has a `base` with all that does not depend on the user's types, the
/// `handle` of it, and the `plan` that is made of a route's `options`.
template <class Kind, class State, class... Signatures>
class stateful_connection final : public Kind::base {
public:
  using kind = Kind;
  using state_type = State;

  /// The typed handle, to be given to other actors.
  using handle_type = typename Kind::handle::template extend<Signatures...>;

  /// What `on_open` returns: for a connection with signatures of its own, the
  /// compiler checks that each has its handler.
  using behavior_type = typename std::conditional_t<
    sizeof...(Signatures) == 0, std::type_identity<behavior>,
    std::type_identity<caf::typed_behavior<Signatures...>>>::type;

  template <class F>
  stateful_connection(caf::actor_config& cfg, connection_start start,
                      const typename Kind::plan& plan, F on_open)
    : Kind::base(cfg, std::move(start), plan),
      on_open_(std::move(on_open)) {}

  ~stateful_connection() override { destroy_state(); }

  const char* name() const override { return Kind::name; }

  handle_type handle() {
    return caf::actor_cast<handle_type>(caf::actor{this});
  }

  /// Goes on with other handlers.
  void become(behavior_type next) {
    this->become_handlers(unbox(std::move(next)));
  }

  void on_exit() override {
    Kind::base::on_exit();
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

  std::function<behavior_type(stateful_connection*)> on_open_;
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

/// What runs on connections that read topics, and do nothing else.
template <class Connection>
auto reads(const topics& from, std::vector<std::string> names,
           subscribe_options which) {
  return [=](Connection* self) {
    self->subscribe(from, names, which);
    return behavior{};
  };
}

/// Spawns connections that run `F`.
template <class F>
class plan final : public connection_of<F>::type::kind::plan {
public:
  using connection_type = typename connection_of<F>::type;
  using kind = typename connection_type::kind;

  plan(F on_open, typename kind::options how)
    : kind::plan(std::move(how)),
      on_open_(std::move(on_open)) {}

  connection_actor spawn(caf::actor_system& sys,
                         connection_start start) const override {
    const typename kind::plan& base = *this;
    return caf::actor_cast<connection_actor>(
      sys.spawn<connection_type>(std::move(start), std::cref(base), on_open_));
  }

private:
  F on_open_;
};

} // namespace detail

} // namespace lungo
