#pragma once

#include "lungo/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::http {
struct upgrade;
}

namespace lungo::handshake {

/// What a route grants to WebSockets.
struct terms {
  /// Origins whose pages may open one, besides the server's own: such as
  /// `https://a.example`, with a port where it is not the scheme's; `*` is any;
  /// `null` is that of pages without one. Nothing: what the server's policy
  /// says.
  std::optional<std::vector<std::string>> origins;

  /// Those spoken here, the best first.
  std::vector<std::string> subprotocols;

  /// Agree on permessage-deflate (RFC 7692) with those who offer it?
  bool deflate = false;

  bool operator==(const terms&) const = default;
};

/// What an `EventSource` gets that cannot be admitted now.
enum class at_limit : std::uint8_t {
  /// An event stream that says when to come back, and ends: any other answer
  /// makes it give up for good (WHATWG HTML, 9.2.3).
  retry_later,
  /// 503, as everybody else.
  refuse,
};

/// `retry-later` and `refuse`, as options have it.
std::string_view to_string(at_limit how) noexcept;
std::optional<at_limit> parse_at_limit(std::string_view text) noexcept;

/// What the server's configuration says for routes that say nothing.
struct policy {
  std::vector<std::string> origins; ///< As `terms::origins`.
  handshake::at_limit at_limit = handshake::at_limit::retry_later;

  bool operator==(const policy&) const = default;
};

/// May `text` stand among the origins of terms or policy? It is
/// `scheme://host` or `scheme://host:port`, without a path and so without a
/// slash at the end, or `*`, or `null`: else `errc::invalid_value`.
result<void> check_origin(std::string_view text);

/// To be called where terms are made.
/// @throws invalid_value if an origin is none, or if a subprotocol is no token
///         (RFC 6455, 4.1) or is there twice.
void check(const terms& what);

/// @throws invalid_value if an origin is none.
void check(const policy& what);

/// The terms of `wish`; the default ones if it has none.
const terms& terms_of(const http::upgrade& wish) noexcept;

} // namespace lungo::handshake
