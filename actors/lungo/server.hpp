#pragma once

#include "lungo/middleware.hpp"
#include "lungo/middleware/access_log.hpp"
#include "lungo/middleware/bearer_auth.hpp"
#include "lungo/middleware/cors.hpp"
#include "lungo/middleware/security_headers.hpp"
#include "lungo/route_table.hpp"
#include "lungo/settings.hpp"
#include "lungo/sse_connection.hpp"
#include "lungo/stream_connection.hpp"
#include "lungo/stream_file.hpp"
#include "lungo/topics.hpp"
#include "lungo/websocket_connection.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace lungo {

class server;

/// A middleware that a server knows. Put around several routes, it is one and
/// the same actor.
class middleware_ref {
  friend class server;
  friend class route_ref;
  explicit middleware_ref(std::size_t number) : number_(number) {}
  std::size_t number_;
};

/// A route that a server knows, to be dressed with middleware.
class route_ref {
public:
  /// Puts middleware around the handler, the first outermost:
  /// `.with(A, B)` runs `A.enter, B.enter, handler, B.review, A.review`. Takes
  /// what `server::use` returned, or a middleware itself.
  template <class... Ts>
  route_ref& with(Ts&&... layers) {
    (wrap(std::forward<Ts>(layers)), ...);
    return *this;
  }

private:
  friend class server;
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  route_ref(server& owner, std::size_t number)
    : owner_(owner),
      number_(number) {}

  void wrap(middleware_ref m);
  void wrap(middleware m);

  server& owner_;
  std::size_t number_;
};

/// The facade: takes routes and middleware, starts, drains. It wires all actors
/// and is none itself.
///
/// Add routes first, from one thread; `start`; then any thread may `drain`, and
/// one thread may `wait`. Owns its I/O threads and its supervisor; destroying
/// it drains it without patience. The actor system must outlive it.
class server {
public:
  explicit server(caf::actor_system& sys, settings config = {});
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Adds a route; the pattern language is that of `http::router`. The handler
  /// is a function, an `upgrade`, or a `handler_actor`. A function that returns
  /// `http::intake`, and the upgrade to a streamed body, read the body of the
  /// request themselves: they are called before it.
  ///
  /// A pattern that is malformed, or that no request could tell from another
  /// one, is reported by `start`.
  route_ref route(http::method m, std::string_view pattern, handler h);

  template <class H>
  route_ref get(std::string_view pattern, H&& h) {
    return route(http::method::get, pattern, to_handler(std::forward<H>(h)));
  }

  template <class H>
  route_ref post(std::string_view pattern, H&& h) {
    return route(http::method::post, pattern, to_handler(std::forward<H>(h)));
  }

  template <class H>
  route_ref put(std::string_view pattern, H&& h) {
    return route(http::method::put, pattern, to_handler(std::forward<H>(h)));
  }

  template <class H>
  route_ref patch(std::string_view pattern, H&& h) {
    return route(http::method::patch, pattern, to_handler(std::forward<H>(h)));
  }

  template <class H>
  route_ref del(std::string_view pattern, H&& h) {
    return route(http::method::delete_, pattern,
                 to_handler(std::forward<H>(h)));
  }

  /// Makes a middleware known, so that several routes can share its actor.
  middleware_ref use(middleware m);

  /// Puts middleware around every route, and around the answers to requests
  /// that have none, outside of what the routes have themselves.
  template <class... Ts>
  server& everywhere(Ts&&... layers) {
    (wrap_all(std::forward<Ts>(layers)), ...);
    return *this;
  }

  /// Makes `who` end with the server: it gets an exit message when all
  /// connections are gone, and `wait` waits for its end, for up to
  /// `settings::drain_timeout` more. For actors of yours that nobody else ends.
  /// Returns `who`.
  template <class Handle>
  Handle attach(Handle who) {
    attach_actor(caf::actor_cast<caf::actor>(who));
    return who;
  }

  /// Spawns an actor in the server's system and attaches it.
  template <class F, class... Ts>
  auto spawn(F f, Ts&&... args) {
    return attach(system().spawn(std::move(f), std::forward<Ts>(args)...));
  }

  /// Its topics: to publish to, to subscribe to. A copy may be kept as long as
  /// the server lives.
  const lungo::topics& topics() const noexcept;

  /// Adds a route by which clients publish, `POST` with JSON; what it takes and
  /// answers stands in `publish_handler.hpp`. The pattern names the topic:
  /// `/topics/:topic`. Who may publish is for the middleware to say, so there
  /// is at least one.
  template <class Guard, class... Ts>
  route_ref publish_route(std::string_view pattern, Guard&& guard,
                          Ts&&... more) {
    auto added = route(http::method::post, pattern, publish_handler());
    added.with(std::forward<Guard>(guard), std::forward<Ts>(more)...);
    return added;
  }

  /// Listens and serves. Returns when it can answer.
  result<void> start();

  /// The port that is listened on; 0 before `start`.
  std::uint16_t port() const noexcept;

  /// `http://ADDRESS:PORT`.
  std::string url() const;

  /// Stops admitting, lets exchanges and streams end, and leaves; after
  /// `settings::drain_timeout` it cuts what is left. Does not wait.
  void drain();

  /// Waits until the server has left, and with it the actors attached to it.
  /// @returns an error if it left since it could not go on, not since it was
  ///          told to.
  result<void> wait();

  caf::actor_system& system() noexcept;
  const settings& config() const noexcept;

  /// To ask `msg::count` of, or to monitor. Null before `start`; any thread may
  /// call it afterwards.
  supervisor_actor supervisor() const noexcept;

private:
  friend class route_ref;

  template <class H>
  static constexpr bool reads_body = !std::is_convertible_v<
    std::invoke_result_t<std::decay_t<H>&, const http::request&>, http::answer>;

  template <class H>
  static handler to_handler(H&& h) {
    if constexpr (std::is_convertible_v<H, handler_actor>)
      return handler_actor{std::forward<H>(h)};
    else if constexpr (std::is_same_v<std::decay_t<H>, upgrade_handler>)
      return std::forward<H>(h).as_handler();
    else if constexpr (reads_body<H>)
      return intake_function{std::forward<H>(h)};
    else
      return handler_function{std::forward<H>(h)};
  }

  void wrap_all(middleware_ref m);
  void wrap_all(middleware m);
  void attach_actor(caf::actor who);
  handler publish_handler();

  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace lungo
