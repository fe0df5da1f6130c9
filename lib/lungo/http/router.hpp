#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lungo/http/message.hpp"

namespace lungo::http {

/// Finds the route of a request. A pattern is a path of segments: a literal,
/// `:name` (one segment, not empty), `*` (one segment, unnamed) or, at the end
/// only, `**` (all that is left, also nothing; its text is the parameter `**`).
/// Literals win over `:name`, that over `*`, that over `**`; where the better
/// branch leads nowhere for this method, the router goes back and tries the
/// next. Segments are percent-decoded before they are compared; a trailing
/// slash is a segment of its own (`/a` is not `/a/`).
///
/// Filled before the server starts, constant afterwards, so `find` may be
/// called by any thread.
class router {
public:
  /// Adds a route and numbers it in order of addition, from 0.
  /// @returns `errc::ambiguous_route` naming both patterns if no request could
  ///          tell them apart; `errc::invalid_value` for a malformed pattern.
  result<std::size_t> add(method m, std::string_view pattern);

  struct match {
    std::size_t route;
    pairs params;
  };

  /// The path is known, the method is not: what `Allow` says.
  struct wrong_method {
    std::vector<method> allowed; ///< With HEAD where GET is, and OPTIONS.
  };

  struct no_route {};

  /// `path` is encoded, without query. HEAD falls back to GET. A path that does
  /// not start with `/`, or is badly encoded, has no route.
  using outcome = std::variant<match, wrong_method, no_route>;
  outcome find(method m, std::string_view path) const;

  router();
  ~router();
  router(router&&) noexcept;
  router& operator=(router&&) noexcept;

private:
  struct node;
  std::unique_ptr<node> root_;
  std::size_t routes_ = 0;
};

} // namespace lungo::http
