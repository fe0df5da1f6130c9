#include "lungo/error.hpp"

#include "lungo/http/message.hpp"
#include "lungo/result.hpp"

namespace lungo {

http::status status_for(errc code) noexcept {
  using http::status;
  switch (code) {
  case errc::bad_request:
    return status::bad_request;
  case errc::unauthorized:
    return status::unauthorized;
  case errc::forbidden:
    return status::forbidden;
  case errc::not_found:
    return status::not_found;
  case errc::method_not_allowed:
    return status::method_not_allowed;
  case errc::request_timeout:
    return status::request_timeout;
  case errc::gone:
    return status::gone;
  case errc::content_too_large:
    return status::content_too_large;
  case errc::uri_too_long:
    return status::uri_too_long;
  case errc::expectation_failed:
    return status::expectation_failed;
  case errc::upgrade_required:
    return status::upgrade_required;
  case errc::fields_too_large:
    return status::fields_too_large;
  case errc::not_implemented:
    return status::not_implemented;
  case errc::unavailable:
    return status::service_unavailable;
  case errc::version_not_supported:
    return status::version_not_supported;
  case errc::internal:
  case errc::invalid_value:
  case errc::ambiguous_route:
  case errc::address_unavailable:
    break;
  }
  // What is left is our own fault, and none of the client's business.
  return status::internal_server_error;
}

std::string_view to_string(errc code) noexcept {
  switch (code) {
  case errc::bad_request:
    return "bad_request";
  case errc::unauthorized:
    return "unauthorized";
  case errc::forbidden:
    return "forbidden";
  case errc::not_found:
    return "not_found";
  case errc::method_not_allowed:
    return "method_not_allowed";
  case errc::request_timeout:
    return "request_timeout";
  case errc::gone:
    return "gone";
  case errc::content_too_large:
    return "content_too_large";
  case errc::uri_too_long:
    return "uri_too_long";
  case errc::expectation_failed:
    return "expectation_failed";
  case errc::upgrade_required:
    return "upgrade_required";
  case errc::fields_too_large:
    return "fields_too_large";
  case errc::internal:
    return "internal";
  case errc::not_implemented:
    return "not_implemented";
  case errc::unavailable:
    return "unavailable";
  case errc::version_not_supported:
    return "version_not_supported";
  case errc::invalid_value:
    return "invalid_value";
  case errc::ambiguous_route:
    return "ambiguous_route";
  case errc::address_unavailable:
    return "address_unavailable";
  }
  return "unknown";
}

void throw_exception_from_error(const error& err,
                                const boost::source_location&) {
  if (err.code == errc::invalid_value)
    throw invalid_value{err.message};
  throw std::runtime_error{std::string{to_string(err.code)} + ": "
                           + err.message};
}

} // namespace lungo
