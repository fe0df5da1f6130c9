#pragma once

#include "lungo/middleware.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lungo {

/// Cross-origin resource sharing: which pages of other origins a browser may
/// let read the answers of a route (WHATWG Fetch, 3.2). It protects the users
/// of browsers; who may ask at all is `bearer_auth`'s matter.
///
/// Stands outside of what may refuse, or the refusals cannot be read and the
/// preflights, which never carry credentials, are refused:
/// `.with(cors{...}, bearer_auth{...})`. It alone decides about the fields of
/// its name: what was said inside of it is overwritten or removed.
struct cors {
  /// Exact origins, `scheme://host[:port]` as browsers write them, or `*` alone
  /// for everybody. `null` is the origin of sandboxed frames and of files; it
  /// is as good as everybody, and allowed only where it is listed.
  std::vector<std::string> origins{};
  /// What a page may do. GET, HEAD and POST need no permission of their own.
  std::vector<http::method> methods{http::method::get, http::method::post,
                                    http::method::options};
  /// The fields that a page may send beyond the harmless ones.
  std::vector<std::string> request_headers{"last-event-id", "content-type",
                                           "authorization", "cache-control"};
  /// The fields that a page may read beyond the harmless ones.
  std::vector<std::string> exposed_headers{};
  /// May a page have cookies sent along, and read the answer? Not for `*`, nor
  /// for `null`: that would be everybody, in the name of the user.
  bool credentials = false;
  /// How long a browser may remember the answer to a preflight.
  std::chrono::seconds max_age{600};

  /// @throws invalid_value if an origin is none that a browser would send, if
  ///         there is none at all, or if credentials go to everybody.
  operator middleware() const;
};

/// Answers a preflight: OPTIONS with `Origin` and
/// `Access-Control-Request-Method` (Fetch, 3.2.2), and approves all else. The
/// answer is 204 also for a foreign origin, then without fields of permission:
/// that is how a browser is told "no", and the asking was no fault. What is
/// allowed is told whole, whatever method was asked about: the browser
/// compares.
http::verdict enter(const cors& rules, const http::request& request);

/// Adds the permission to the response, be it a refusal or the head of a
/// stream, and removes any other. For `*` it also stands on answers to requests
/// without `Origin`. For exact origins the answer differs by origin, so
/// `Vary: Origin` goes on every one, beside any `Vary` that is there (Fetch,
/// 3.2.5); else a cache could give the answer for one origin to another.
http::verdict review(const cors& rules, const http::exchange& exchange);

} // namespace lungo
