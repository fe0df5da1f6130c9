#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From whose pages may a WebSocket be opened (RFC 6455, 10.2)? Pure functions.
namespace lungo::handshake {

/// An origin, taken apart (RFC 6454, 4). Points into the text it was made of.
struct origin {
  std::string_view scheme;
  std::string_view host;
  std::optional<std::uint16_t> port; ///< That of http and https by default.
};

/// Among those allowed, it stands for all.
inline constexpr std::string_view any_origin = "*";

/// What pages without an origin of their own send (RFC 6454, 7.1), such as
/// those in a sandbox.
inline constexpr std::string_view opaque_origin = "null";

/// Nothing if `text` is not `scheme://host` or `scheme://host:port`.
std::optional<origin> parse_origin(std::string_view text);

/// Is it an `Origin` as browsers send it, one and not a list of several?
bool is_origin(std::string_view text);

/// Is `text` the origin of a page of the server that the client calls `host`?
/// The schemes http and https count alike, as a proxy in front may speak TLS.
bool is_own_origin(std::string_view text, std::string_view host);

/// Is `text` among `allowed`? Schemes and hosts compare without regard to case.
bool is_allowed_origin(std::string_view text,
                       const std::vector<std::string>& allowed);

} // namespace lungo::handshake
