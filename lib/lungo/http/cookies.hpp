#pragma once

#include "lungo/http/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lungo::http {

/// One cookie to be set (RFC 6265, 4.1). Each becomes a `Set-Cookie` field of
/// its own.
struct cookie {
  enum class same_site_policy : std::uint8_t { unset, lax, strict, none };

  std::string name;
  std::string value;
  std::string path = "/"; ///< Empty: the folder of the request's path.
  std::string domain{};   ///< Empty: this host only.
  std::optional<std::chrono::seconds> max_age; ///< Zero or less deletes it.
  bool secure = false;
  bool http_only = true;
  same_site_policy same_site = same_site_policy::lax;
};

/// The value of the `Set-Cookie` field for `c`.
/// @throws invalid_value if name, value, path or domain hold what RFC 6265
///         forbids, or if `SameSite=None` comes without `Secure`.
std::string to_string(const cookie& c);

/// Adds `c` to the response, beside the cookies that are there.
/// @throws invalid_value as `to_string`; nothing is changed then.
void set_cookie(response& to, const cookie& c);

/// The value of the first cookie `name` that the client sent, if any; as it
/// was sent, quotes included. Case counts in `name`.
std::optional<std::string> get_cookie(const request& from,
                                      std::string_view name);

} // namespace lungo::http
