#pragma once

#include "lungo/http/body.hpp"
#include "lungo/http/router.hpp"
#include "lungo/middleware.hpp"

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace lungo {

/// What a route calls: from request to response or upgrade. Runs in the
/// pipeline of its session, several sessions at once, so what it captures is
/// constant, or an actor. What it throws is a 500 without detail.
using handler_function = std::function<http::answer(const http::request&)>;

/// A handler that is called before the body of its request has been read, with
/// the head alone, and reads it as a stream.
using intake_function = std::function<http::intake(const http::request&)>;

/// A handler that answers at once, an actor that may take its time, or one that
/// reads the body itself.
using handler = std::variant<handler_function, handler_actor, intake_function>;

/// All routes with their middleware. Filled before the server starts, constant
/// and shared by all pipelines afterwards.
class route_table {
public:
  struct route {
    lungo::handler handler;
    std::vector<std::size_t> chain; ///< Middleware by number, outermost first.
  };

  /// What is to be done for one request.
  struct plan {
    lungo::handler handler;
    std::vector<std::size_t> chain;
    http::pairs params;
    bool takes_body = false; ///< Else the body need not be sent at all.
  };

  result<std::size_t> add(http::method m, std::string_view pattern,
                          lungo::handler h);

  /// Adds a middleware and returns its number.
  std::size_t add(lungo::middleware m);

  /// Puts a middleware around the route, inside of those put there before.
  void wrap(std::size_t number, std::size_t middleware);

  /// Puts a middleware around all routes, also around "no such route".
  void wrap_all(std::size_t middleware) { around_all_.push_back(middleware); }

  /// Finds handler and chain. A path without route, a method without route and
  /// `OPTIONS` have handlers of their own; `OPTIONS` goes through the chain of
  /// the route it asks about, since a CORS preflight is that chain's matter.
  plan find(http::method m, const http::request& request) const;

  const std::vector<lungo::middleware>& middlewares() const {
    return middlewares_;
  }

private:
  plan options_plan(const http::request& request,
                    const http::router::wrong_method& known) const;
  plan make_plan(const http::router::match& found) const;

  http::router router_;
  std::vector<route> routes_;
  std::vector<lungo::middleware> middlewares_;
  std::vector<std::size_t> around_all_;
};

using routes_ptr = std::shared_ptr<const route_table>;

} // namespace lungo
