#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lungo {

namespace http {
enum class status : std::uint16_t;
}

/// Everything that can go wrong in Lungo, named once. What a peer did wrong is
/// a value (`result<T>`); what the programmer did wrong is an `invalid_value`.
enum class errc : std::uint8_t {
  bad_request = 1,    ///< The octets are no HTTP request.
  unauthorized,       ///< No credentials, or wrong ones.
  forbidden,          ///< Known, and not allowed.
  not_found,          ///< No route has this path.
  method_not_allowed, ///< The path has routes, the method has none.
  request_timeout,    ///< The peer was too slow to send its request.
  gone,               ///< What it wants to go on from is not there any more.
  content_too_large,  ///< The body is over its limit.
  uri_too_long,       ///< The target is over its limit.
  expectation_failed, ///< `Expect` asks for what we do not know.
  upgrade_required,   ///< The protocol or its version is not the offered one.
  fields_too_large,   ///< The head is over its limit.
  internal,           ///< A handler, middleware or connection failed.
  not_implemented,    ///< A method nobody here knows.
  unavailable,        ///< Draining, too late, or the actor asked is down.
  version_not_supported, ///< Not HTTP/1.0 or HTTP/1.1.
  invalid_value,         ///< The program passed what no message can carry.
  ambiguous_route,       ///< Two routes that no request could tell apart.
  address_unavailable,   ///< The address cannot be listened on.
};

/// The one place where an error becomes a status.
http::status status_for(errc code) noexcept;

/// The name of `code`, as it stands in logs.
std::string_view to_string(errc code) noexcept;

/// An error with the sentence that says what was wrong and what to do.
struct error {
  errc code;
  std::string message;

  bool operator==(const error&) const = default;
};

/// Thrown where the *program* passes what cannot be sent: a field value with a
/// line end, an event name with one, text that is not UTF-8.
class invalid_value : public std::invalid_argument {
public:
  using std::invalid_argument::invalid_argument;
};

} // namespace lungo
