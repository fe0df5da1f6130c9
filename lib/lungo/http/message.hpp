#pragma once

#include "lungo/http/fields.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lungo::http {

/// The methods of RFC 9110, 9.3 and RFC 5789. Any other is answered with 501.
enum class method : std::uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  connect,
  options,
  trace,
  patch,
};

/// The name of `m` as it stands in a request line.
std::string_view to_string(method m) noexcept;

/// The method of that name, if it is one of ours. Case counts (RFC 9110, 9.1).
std::optional<method> parse_method(std::string_view name) noexcept;

/// Status codes by name; any other three-digit code may be cast.
enum class status : std::uint16_t {
  continue_ = 100,
  switching_protocols = 101,
  ok = 200,
  created = 201,
  accepted = 202,
  no_content = 204,
  reset_content = 205,
  partial_content = 206,
  moved_permanently = 301,
  found = 302,
  see_other = 303,
  not_modified = 304,
  temporary_redirect = 307,
  permanent_redirect = 308,
  bad_request = 400,
  unauthorized = 401,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  not_acceptable = 406,
  request_timeout = 408,
  conflict = 409,
  gone = 410,
  length_required = 411,
  precondition_failed = 412,
  content_too_large = 413,
  uri_too_long = 414,
  unsupported_media_type = 415,
  range_not_satisfiable = 416,
  expectation_failed = 417,
  unprocessable_content = 422,
  upgrade_required = 426,
  too_many_requests = 429,
  fields_too_large = 431,
  internal_server_error = 500,
  not_implemented = 501,
  bad_gateway = 502,
  service_unavailable = 503,
  gateway_timeout = 504,
  version_not_supported = 505,
};

/// The reason phrase of a code, empty if there is none in the registry.
std::string_view reason_phrase(status s) noexcept;

/// HTTP/1.0 or HTTP/1.1: all that a request can be here.
enum class version : std::uint8_t { http_1_0, http_1_1 };

/// Names with values, in order: path parameters and attributes.
using pairs = std::vector<std::pair<std::string, std::string>>;

/// What one client asks. A plain value; once it travels between actors it is
/// shared and constant (`request_ptr`).
struct request {
  http::method method = method::get;
  std::string target = "/"; ///< As received, RFC 9112, 3.2.
  std::string path = "/";   ///< Path of the target, still percent-encoded.
  std::string query;        ///< Query of the target, encoded, without `?`.
  http::version version = version::http_1_1;
  http::fields fields;
  std::string body;
  pairs params;         ///< Path parameters by the route's names, decoded.
  pairs attributes;     ///< What middleware found out; never from the wire.
  std::string peer;     ///< `ADDRESS:PORT` of the client's socket.
  std::uint64_t id = 0; ///< Of the exchange; unique in one server's life.

  /// The value of the path parameter `name`; empty if the route has none.
  std::string_view param(std::string_view name) const noexcept;

  /// The first value of `name` in the query, both decoded (`+` is a space); a
  /// name without `=` has the empty value. What is badly encoded is passed
  /// over, as if it were not there.
  std::optional<std::string> query_param(std::string_view name) const;

  /// What middleware noted last under `name`; empty if nothing.
  std::string_view attribute(std::string_view name) const noexcept;
};

using request_ptr = std::shared_ptr<const request>;

/// What the server answers. Framing (`Content-Length`, `Transfer-Encoding`,
/// `Connection`) and `Date` are added when it is sent.
struct response {
  http::status status = status::ok;
  http::fields fields;
  std::string body;

  /// This response with one more field: `text("hi").with("Link", "...")`.
  /// @throws invalid_value as `fields::add`.
  response with(std::string name, std::string value) &&;

  bool operator==(const response&) const = default;
};

/// A response with a body of `text/plain`, in UTF-8.
response text(std::string body, status s = status::ok);

/// A response with a body of `text/html`, in UTF-8. Nothing is escaped.
response html(std::string body, status s = status::ok);

/// A response with a body of `application/json`, already encoded.
response json(std::string body, status s = status::ok);

/// An empty response with that status.
response empty(status s = status::no_content);

/// The response that tells a client of `err`: its status, and its sentence as
/// text.
response error_response(const error& err);

} // namespace lungo::http
