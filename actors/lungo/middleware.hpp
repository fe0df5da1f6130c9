#pragma once

#include "lungo/http/review.hpp"
#include "lungo/interfaces.hpp"

#include <functional>
#include <string>

namespace caf {
class actor_system;
}

namespace lungo {

/// A middleware as a route knows it: how its actor is made, anew after each
/// crash, and in which phases it is asked. A value.
struct middleware {
  std::string name;
  http::phases phases;
  std::function<middleware_actor(caf::actor_system&)> spawn;
};

/// The two functions of a middleware; leave out the one you do not need, and
/// it costs no message. They run in one actor, so they need no lock, and state
/// that they hold `mutable` starts afresh after a crash.
struct middleware_functions {
  /// Judges the request before the handler: `amend` changes its fields or notes
  /// attributes, `replace` answers it.
  std::function<http::verdict(const http::request&)> enter{};
  /// Judges the prepared response: `amend` changes its fields, `replace`
  /// sends another, and drops the upgrade if there is one.
  std::function<http::verdict(const http::exchange&)> review{};
};

/// Makes a middleware out of plain functions. A function that throws is a
/// denial (500) for that request, and its actor is restarted.
middleware make_middleware(std::string name, middleware_functions functions);

} // namespace lungo
