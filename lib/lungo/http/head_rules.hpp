#pragma once

#include "lungo/http/codec.hpp"

#include <cstdint>

/// The rules that only a whole head can be held against. Pure functions.
namespace lungo::http {

/// How the body behind a head ends.
struct body_plan {
  framing how = framing::none;
  std::uint64_t length = 0; ///< Octets, for `framing::length`.

  bool operator==(const body_plan&) const = default;
};

/// RFC 9112, 6.3, without its leniency: one `Content-Length`, or one
/// `Transfer-Encoding: chunked` on HTTP/1.1, never both.
result<body_plan> plan_body(const request& head, std::uint64_t max_body_bytes);

/// RFC 9112, 3.2: exactly one `Host` on HTTP/1.1, at most one on HTTP/1.0; it
/// may be empty where the target is no absolute-form.
result<void> check_host(const request& head, bool target_has_authority);

/// RFC 9110, 10.1.1: does the client ask for `100 Continue`? Whatever else it
/// expects is an error; HTTP/1.0 expects nothing.
result<bool> check_expectation(const request& head);

/// RFC 9112, 9.3.
bool is_persistent(const request& head) noexcept;

} // namespace lungo::http
