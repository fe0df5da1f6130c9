#pragma once

#include "lungo/http/message.hpp"

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

/// Is it a host with an optional port, without userinfo (RFC 9110, 7.2)?
bool is_host(std::string_view text) noexcept;

} // namespace lungo::http
