#pragma once

#include "lungo/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lungo::http {

/// The parts of a request target. Views into it.
struct target_parts {
  std::string_view path;      ///< Percent-encoded; `*` for the asterisk form.
  std::string_view query;     ///< Percent-encoded, without `?`.
  bool has_authority = false; ///< Is it in absolute-form?
};

/// Takes a request target apart (RFC 9112, 3.2): origin-form, absolute-form
/// with the scheme http, and `*` with OPTIONS. Escapes of the path are checked;
/// those of the query are left to those who read it, since clients send `100%`.
/// @param target holds only octets of the class `target_octet`.
result<target_parts> split_target(method m, std::string_view target);

/// A host with an optional port. Points into the text it was made of.
struct host_parts {
  std::string_view host; ///< An IPv6 address stands in its brackets.
  std::optional<std::uint16_t> port;
};

/// Takes `host` or `host:port` apart, as in `Host` (RFC 9110, 7.2); an empty
/// port is none (RFC 3986, 3.2.3). Nothing if it is something else, such as a
/// host with userinfo.
std::optional<host_parts> split_host(std::string_view text) noexcept;

/// Is it a host with an optional port, without userinfo (RFC 9110, 7.2)?
bool is_host(std::string_view text) noexcept;

} // namespace lungo::http
