#include "lungo/http/message.hpp"
#include "lungo/result.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace lungo;

namespace {

constexpr auto first = static_cast<int>(errc::bad_request);
constexpr auto last = static_cast<int>(errc::address_unavailable);

int code_of(errc e) {
  return static_cast<int>(status_for(e));
}

} // namespace

TEST_CASE("a fault of the client is answered with its 4xx") {
  CHECK(code_of(errc::bad_request) == 400);
  CHECK(code_of(errc::unauthorized) == 401);
  CHECK(code_of(errc::forbidden) == 403);
  CHECK(code_of(errc::not_found) == 404);
  CHECK(code_of(errc::method_not_allowed) == 405);
  CHECK(code_of(errc::request_timeout) == 408);
  CHECK(code_of(errc::gone) == 410);
  CHECK(code_of(errc::content_too_large) == 413);
  CHECK(code_of(errc::uri_too_long) == 414);
  CHECK(code_of(errc::expectation_failed) == 417);
  CHECK(code_of(errc::upgrade_required) == 426);
  CHECK(code_of(errc::fields_too_large) == 431);
}

TEST_CASE("what we cannot do is answered with its 5xx") {
  CHECK(code_of(errc::not_implemented) == 501);
  CHECK(code_of(errc::unavailable) == 503);
  CHECK(code_of(errc::version_not_supported) == 505);
}

TEST_CASE("faults of the program are an internal server error") {
  for (auto e : {errc::internal, errc::invalid_value, errc::ambiguous_route,
                 errc::address_unavailable})
    CHECK(code_of(e) == 500);
}

TEST_CASE("every error has a name of its own") {
  std::set<std::string_view> names;
  for (auto code = first; code <= last; ++code)
    names.insert(to_string(static_cast<errc>(code)));
  CHECK(names.size() == static_cast<std::size_t>(last - first + 1));
  CHECK(names.count(to_string(static_cast<errc>(last + 1))) == 0);
  CHECK(to_string(errc::uri_too_long) == "uri_too_long");
}

TEST_CASE("asking a result for a value that it has not throws its sentence") {
  const result<int> failed = error{errc::not_found, "No such thing."};
  CHECK_THROWS_WITH_AS(failed.value(), "not_found: No such thing.",
                       std::runtime_error);
}

TEST_CASE("an invalid value without a result throws invalid_value") {
  const result<int> failed = error{errc::invalid_value, "Take the CR out."};
  CHECK_THROWS_WITH_AS(failed.value(), "Take the CR out.", invalid_value);
}
