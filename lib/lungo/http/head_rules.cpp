#include "lungo/http/head_rules.hpp"

#include "lungo/http/chunked_body.hpp"
#include "lungo/http/target.hpp"

#include <charconv>

namespace lungo::http {

namespace {

error malformed(std::string_view why) {
  return {errc::bad_request, std::string{why}};
}

result<body_plan> plan_chunked(const request& head) {
  const auto codings = head.fields.all("Transfer-Encoding");
  if (head.version == version::http_1_0)
    return malformed("HTTP/1.0 has no Transfer-Encoding.");
  if (head.fields.contains("Content-Length"))
    return malformed("Send Content-Length or Transfer-Encoding, not both.");
  if (codings.size() != 1 || !iequals(codings.front(), "chunked"))
    return malformed("The only Transfer-Encoding known here is 'chunked', "
                     "given once.");
  return body_plan{framing::chunked, 0};
}

result<body_plan> plan_length(std::string_view digits,
                              std::uint64_t max_body_bytes) {
  std::uint64_t length = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, failed] = std::from_chars(digits.data(), end, length);
  if (failed != std::errc{} || stop != end)
    return malformed("Content-Length has to be one decimal number.");
  if (length > max_body_bytes)
    return large_body.to_error();
  return body_plan{framing::length, length};
}

} // namespace

result<body_plan> plan_body(const request& head, std::uint64_t max_body_bytes) {
  if (head.fields.contains("Transfer-Encoding"))
    return plan_chunked(head);
  const auto lengths = head.fields.all("Content-Length");
  if (lengths.size() > 1)
    return malformed("Send Content-Length once.");
  if (lengths.empty())
    return body_plan{};
  return plan_length(lengths.front(), max_body_bytes);
}

result<void> check_host(const request& head, bool target_has_authority) {
  const auto hosts = head.fields.all("Host");
  if (hosts.empty() && head.version == version::http_1_0)
    return {};
  if (hosts.size() != 1)
    return malformed("A request has to have one Host field.");
  if (hosts.front().empty() && !target_has_authority)
    return {};
  if (!is_host(hosts.front()))
    return malformed("Host has to be a host with an optional port.");
  return {};
}

result<bool> check_expectation(const request& head) {
  if (head.version == version::http_1_0)
    return false;
  const auto expected = head.fields.all("Expect");
  for (auto value : expected)
    if (!iequals(value, "100-continue"))
      return error{errc::expectation_failed,
                   "The only expectation known here is 100-continue."};
  return !expected.empty();
}

bool is_persistent(const request& head) noexcept {
  if (head.fields.has_token("Connection", "close"))
    return false;
  return head.version == version::http_1_1
         || head.fields.has_token("Connection", "keep-alive");
}

} // namespace lungo::http
