#pragma once

#include "lungo/middleware.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lungo {

/// Whom a token speaks for, and what it permits.
struct principal {
  std::string subject{};
  std::vector<std::string> scopes{};
};

/// Says whom a token speaks for; nobody if it is not, or no longer, valid. Runs
/// in the middleware's actor, one request at a time, so it should not block.
/// What it throws is a denial (500).
using token_check = std::function<std::optional<principal>(std::string_view)>;

/// Admits requests that bring a valid token in `Authorization: Bearer`
/// (RFC 6750, 2.1), and notes its subject as the attribute `subject`. Answers
/// before the body is read and the handler called.
///
/// Tokens in the query or in a form are not accepted: queries stand in logs,
/// histories and `Referer` (RFC 6750, 2.3 and 5.3), and both can be sent by
/// a page of somebody else. An `EventSource` in a browser cannot send the
/// field; give its route a session cookie, or read the stream with `fetch`.
struct bearer_auth {
  /// Required. See `static_tokens` for a fixed list.
  token_check check{};
  /// Names to the user what is protected.
  std::string realm = "restricted";
  /// The scopes that the token must have, all of them, parted by single spaces
  /// (RFC 6749, 3.3). Empty: any valid token will do.
  std::string scope{};

  /// @throws invalid_value if `check` is missing, or realm or scope are
  ///         nothing that a challenge can carry.
  operator middleware() const;
};

/// Judges the request by RFC 6750, 3.1; each refusal has its challenge:
///
/// - 401 without an error if there are no bearer credentials
/// - 400 `invalid_request` for several `Authorization` fields, or if what
///   follows the scheme is no token; tokens compare with case, schemes without
/// - 401 `invalid_token` if `check` knows nobody of that token
/// - 403 `insufficient_scope` if a scope is missing
http::verdict enter(const bearer_auth& rules, const http::request& request);

/// Checks against a fixed list. How long that takes tells nothing of the tokens
/// but how many there are, and how long.
/// @throws invalid_value for a token that no request could bring (RFC 6750,
///         2.1: `b64token`), and for one that is listed twice.
token_check
static_tokens(std::vector<std::pair<std::string, principal>> tokens);

} // namespace lungo
