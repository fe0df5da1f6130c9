#include "lungo/middleware/security_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace lungo {

namespace {

std::string hsts_value(const security_headers& rules) {
  if (!rules.hsts_max_age)
    return {};
  return fmt::format("max-age={}{}", rules.hsts_max_age->count(),
                     rules.hsts_subdomains ? "; includeSubDomains" : "");
}

/// Gives `take` each field that is wanted.
template <class Take>
void for_each_wanted(const security_headers& rules, Take take) {
  auto wanted = [&take](const char* name, const std::string& value) {
    if (!value.empty())
      take(name, value);
  };
  if (rules.nosniff)
    wanted("X-Content-Type-Options", "nosniff");
  wanted("X-Frame-Options", rules.frame_options);
  wanted("Referrer-Policy", rules.referrer_policy);
  wanted("Content-Security-Policy", rules.content_security_policy);
  wanted("Permissions-Policy", rules.permissions_policy);
  wanted("Cross-Origin-Opener-Policy", rules.opener_policy);
  wanted("Cross-Origin-Embedder-Policy", rules.embedder_policy);
  wanted("Cross-Origin-Resource-Policy", rules.resource_policy);
  wanted("Strict-Transport-Security", hsts_value(rules));
}

using known_values = std::initializer_list<std::string_view>;

void check_known(std::string_view value, known_values known,
                 std::string_view option) {
  auto same = [value](std::string_view x) { return http::iequals(x, value); };
  if (std::none_of(known.begin(), known.end(), same))
    throw invalid_value{fmt::format(
      "security_headers: {} does not know the value '{}'", option, value)};
}

void check_referrer_policy(std::string_view list) {
  for (;;) {
    auto comma = list.find(',');
    check_known(http::trim_ows(list.substr(0, comma)),
                {"no-referrer", "no-referrer-when-downgrade", "origin",
                 "origin-when-cross-origin", "same-origin", "strict-origin",
                 "strict-origin-when-cross-origin", "unsafe-url"},
                "referrer_policy");
    if (comma == list.npos)
      return;
    list.remove_prefix(comma + 1);
  }
}

void check(const security_headers& rules) {
  for_each_wanted(rules, [](const char* name, const std::string& value) {
    http::check_field(name, value).value();
  });
  if (!rules.frame_options.empty())
    check_known(rules.frame_options, {"DENY", "SAMEORIGIN"}, "frame_options");
  if (!rules.referrer_policy.empty())
    check_referrer_policy(rules.referrer_policy);
  if (!rules.resource_policy.empty())
    check_known(rules.resource_policy,
                {"same-origin", "same-site", "cross-origin"},
                "resource_policy");
  if (rules.hsts_max_age && *rules.hsts_max_age < std::chrono::seconds::zero())
    throw invalid_value{"security_headers: hsts_max_age is negative; zero "
                        "makes browsers forget"};
}

} // namespace

http::verdict review(const security_headers& rules,
                     const http::exchange& exchange) {
  http::amend changes;
  for_each_wanted(rules, [&](const char* name, const std::string& value) {
    if (!exchange.response.fields.contains(name))
      changes.add(name, value);
  });
  return changes;
}

security_headers::operator middleware() const {
  check(*this);
  auto judge
    = [rules = *this](const http::exchange& x) { return review(rules, x); };
  return make_middleware("security_headers",
                         {.enter = nullptr, .review = judge});
}

} // namespace lungo
