#include "lungo/http/head_rules.hpp"
#include "lungo/http/request_line.hpp"
#include "lungo/http/target.hpp"

#include <doctest/doctest.h>

// What the scanners and rules refuse by themselves, also where the second
// reader of the codec would not let it pass either.

using namespace lungo;
using namespace lungo::http;

namespace {

/// The code of the refusal; `internal` if there is none.
errc refusal(const fields& lines) {
  request head;
  head.fields = lines;
  const auto plan = plan_body(head, 100);
  return plan ? errc::internal : plan.error().code;
}

bool is_request_line(std::string_view line) {
  request_line_scanner scanner{limits{}};
  return scanner.scan(line).has_value();
}

} // namespace

TEST_CASE("a plan for a body needs one field that speaks of it") {
  CHECK(refusal(
          {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}})
        == errc::bad_request);
  CHECK(refusal({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}})
        == errc::bad_request);
  CHECK(refusal({{"Content-Length", "5"}, {"Content-Length", "5"}})
        == errc::bad_request);
}

TEST_CASE("a length that no 64 bits can hold is malformed, not zero") {
  CHECK(refusal({{"Content-Length", "18446744073709551616"}})
        == errc::bad_request);
  CHECK(refusal({{"Content-Length", "18446744073709551615"}})
        == errc::content_too_large);
}

TEST_CASE("a body nobody speaks of is none") {
  CHECK(plan_body(request{}, 0).value() == body_plan{});
}

TEST_CASE("a request line needs a method and a target") {
  CHECK(is_request_line("GET / HTTP/1.1\r\n"));
  CHECK_FALSE(is_request_line(" / HTTP/1.1\r\n"));
  CHECK_FALSE(is_request_line("GET  HTTP/1.1\r\n"));
}

TEST_CASE("an escape ends within the target") {
  const std::string_view longer = "/%41";
  CHECK(split_target(method::get, longer).has_value());
  CHECK_FALSE(split_target(method::get, longer.substr(0, 3)).has_value());
  CHECK_FALSE(split_target(method::get, longer.substr(0, 2)).has_value());
}
