#pragma once

#include "lungo/http/message.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lungo::http {

/// Finds the route of a request. A pattern is a path of segments: a literal,
/// `:name` (one segment, not empty), `*` (one segment, also an empty one,
/// unnamed) or, at the end only, `**` (all that is left, also nothing; its text
/// is the parameter `**`). Literals win over `:name`, that over `*`, that over
/// `**`; where the better branch leads nowhere for this method, the router goes
/// back and tries the next. Segments are percent-decoded before they are
/// compared; a trailing slash is a segment of its own (`/a` is not `/a/`).
///
/// Patterns are decoded too, after `:` and `*` had their meaning: `%3Aid` is
/// the literal `:id`. A parameter's name is made of letters, digits, `_` and
/// `-`, and belongs to its route: `GET /a/:x` and `POST /a/:y` go together.
///
/// Filled before the server starts, constant afterwards, so `find` may be
/// called by any thread.
class router {
public:
  /// Adds a route and numbers it in order of addition, from 0. What is refused
  /// gets no number and changes nothing.
  /// @returns `errc::ambiguous_route` naming both patterns if no request could
  ///          tell them apart; `errc::invalid_value` for a malformed pattern.
  result<std::size_t> add(method m, std::string_view pattern);

  struct match {
    std::size_t route;
    pairs params; ///< In the order of the pattern, decoded.
  };

  /// The path is known, the method is not: what `Allow` says. Every route of
  /// that path counts, not only the best one.
  struct wrong_method {
    /// Each once, in the order of `method`; with HEAD where GET is, and
    /// OPTIONS.
    std::vector<method> allowed;
  };

  struct no_route {};

  /// `path` is encoded, without query. HEAD falls back to GET, also where a
  /// lesser route has a HEAD of its own. A path that does not start with `/`,
  /// is badly encoded or holds `%00` has no route. Nor has one with a segment
  /// `.` or `..`, in whatever encoding and also beside a `%2F`: nothing is
  /// resolved here, and no handler shall do it by accident.
  ///
  /// Visits each segment of each pattern once at most, however the patterns
  /// are chosen; allocates for parameters, escapes and long paths only.
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
