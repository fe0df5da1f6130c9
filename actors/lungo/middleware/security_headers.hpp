#pragma once

#include "lungo/middleware.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace lungo {

/// Tells browsers to be careful with the answers of a route, be they refusals
/// or heads of streams. What the defaults say is strict and safe for APIs and
/// event streams; pages may want more, or less. An empty text leaves its field
/// out.
///
/// A field that the handler, or a middleware inside, has already set is left
/// alone: a route knows best what its page needs.
struct security_headers {
  /// `X-Content-Type-Options: nosniff`: a body is what its type says (WHATWG
  /// Fetch, 3.6).
  bool nosniff = true;
  /// `X-Frame-Options`: `DENY` or `SAMEORIGIN` (RFC 7034, 2.1).
  std::string frame_options = "DENY";
  /// `Referrer-Policy`: one of its eight names, or several as fallbacks for
  /// older browsers, parted by commas (W3C Referrer Policy, 3 and 11.1).
  std::string referrer_policy = "no-referrer";
  /// `Content-Security-Policy` (W3C CSP Level 3).
  std::string content_security_policy{};
  /// `Permissions-Policy`.
  std::string permissions_policy{};
  /// `Cross-Origin-Opener-Policy`, such as `same-origin`.
  std::string opener_policy{};
  /// `Cross-Origin-Embedder-Policy`, such as `require-corp`.
  std::string embedder_policy{};
  /// `Cross-Origin-Resource-Policy`: `same-origin`, `same-site` or
  /// `cross-origin`. The first two contradict a `cors` for everybody.
  std::string resource_policy{};
  /// `Strict-Transport-Security`: how long browsers shall insist on TLS; zero
  /// makes them forget. Only for a server behind a proxy that speaks TLS: over
  /// plain HTTP it must not be sent (RFC 6797, 7.2), and would be ignored.
  std::optional<std::chrono::seconds> hsts_max_age{};
  /// Does that hold for all subdomains too?
  bool hsts_subdomains = false;

  /// @throws invalid_value for what a field cannot carry, and for a misspelled
  ///         policy, which browsers would silently take for none.
  operator middleware() const;
};

/// Adds each field that the response lacks.
http::verdict review(const security_headers& rules,
                     const http::exchange& exchange);

} // namespace lungo
