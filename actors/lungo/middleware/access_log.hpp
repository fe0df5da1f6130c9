#pragma once

#include "lungo/middleware.hpp"

#include <string>

namespace lungo {

/// Writes one line for each exchange to `log::access`, when its response has
/// been judged by all that stand inside: so it stands outermost.
///
/// It sees what was decided, not what became of it: an upgrade whose connection
/// fails to start is logged as one, and the lifecycle log tells the rest.
/// Octets that are no request are refused before any middleware is asked.
struct access_log {
  /// Is the query part of the line? Leave it out where queries hold secrets.
  bool with_query = true;

  operator middleware() const;
};

/// The line for this exchange: peer, method, target, status, `upgrade` with its
/// kind if it upgrades, and the number of the exchange, parted by single
/// spaces:
///
///     192.0.2.7:40312 GET /events?last=7 200 upgrade sse #42
///
/// A client cannot forge columns or lines: octets of the target that are not
/// printable ASCII, blanks and `\` are written as `\xNN`. What is not known is
/// written as `-`.
std::string access_line(const access_log& how, const http::exchange& exchange);

} // namespace lungo
