#include "lungo/middleware/cors.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace lungo {

namespace {

constexpr const char* allow_origin = "Access-Control-Allow-Origin";
constexpr const char* allow_methods = "Access-Control-Allow-Methods";
constexpr const char* allow_credentials = "Access-Control-Allow-Credentials";

using names = std::vector<std::string>;

bool contains(const names& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// -- options ------------------------------------------------------------------

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// The origin of `text` as a browser writes it (WHATWG HTML, 7.1.1: the
/// serialization of an origin); empty if it has none.
std::string origin_of(std::string_view text) {
  auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->encoded_host().empty())
    return {};
  auto origin = lower(parsed->scheme()) + "://" + lower(parsed->encoded_host());
  auto port = parsed->port_number();
  if (port != 0 && port != boost::urls::default_port(parsed->scheme_id()))
    origin += fmt::format(":{}", port);
  return origin;
}

void check_origin(const std::string& origin) {
  if (origin == "*" || origin == "null")
    return;
  auto proper = origin_of(origin);
  if (proper.empty())
    throw invalid_value{"cors: '" + origin
                        + "' is no origin; write scheme://host[:port]"};
  if (proper.find('*') != std::string::npos)
    throw invalid_value{"cors: '" + origin
                        + "' is a pattern; list each origin, or \"*\" alone"};
  if (proper != origin)
    throw invalid_value{"cors: no browser sends the origin '" + origin
                        + "'; write '" + proper + "'"};
}

void check_origins(const cors& rules) {
  if (rules.origins.empty())
    throw invalid_value{"cors: nobody is allowed; list origins, or \"*\""};
  if (contains(rules.origins, "*") && rules.origins.size() > 1)
    throw invalid_value{"cors: \"*\" is everybody; list nothing beside it"};
  std::for_each(rules.origins.begin(), rules.origins.end(), check_origin);
}

void check_names(const names& list) {
  for (const auto& name : list)
    if (!http::is_token(name))
      throw invalid_value{"cors: '" + name + "' is no name of a field"};
}

/// With credentials, `*` either means everybody, which no browser accepts, or
/// is taken for a name (Fetch, 3.2.5).
void check_credentials(const cors& rules) {
  for (auto* list :
       {&rules.origins, &rules.request_headers, &rules.exposed_headers})
    if (contains(*list, "*"))
      throw invalid_value{"cors: credentials do not go with \"*\"; list names"};
  if (contains(rules.origins, "null"))
    throw invalid_value{"cors: credentials do not go with \"null\", which any "
                        "page can make its origin"};
}

void check(const cors& rules) {
  check_origins(rules);
  check_names(rules.request_headers);
  check_names(rules.exposed_headers);
  if (rules.credentials)
    check_credentials(rules);
  if (rules.methods.empty())
    throw invalid_value{"cors: no method is allowed; list at least one"};
  if (rules.max_age < rules.max_age.zero())
    throw invalid_value{"cors: max_age is negative; zero remembers nothing"};
}

// -- answers ------------------------------------------------------------------

std::string method_list(const cors& rules) {
  std::vector<std::string_view> list;
  for (auto m : rules.methods)
    list.push_back(http::to_string(m));
  return fmt::format("{}", fmt::join(list, ", "));
}

bool is_preflight(const http::request& request) {
  return request.method == http::method::options
         && request.fields.contains("Origin")
         && request.fields.contains("Access-Control-Request-Method");
}

/// The origin to be named to this request; empty if it is a foreign one. Of
/// several that a request claims, none is believed.
std::string named_origin(const cors& rules, const http::request& request) {
  if (contains(rules.origins, "*"))
    return "*";
  auto claimed = request.fields.all("Origin");
  if (claimed.size() != 1 || !contains(rules.origins, claimed.front()))
    return {};
  return std::string{claimed.front()};
}

/// Says what every answer says, and returns whether the origin is allowed.
bool amend_any(http::amend& changes, const cors& rules,
               const http::request& request, const http::fields& present) {
  changes.remove(allow_origin).remove(allow_methods).remove(allow_credentials);
  if (!contains(rules.origins, "*") && !present.has_token("Vary", "Origin"))
    changes.add("Vary", "Origin");
  auto origin = named_origin(rules, request);
  if (origin.empty())
    return false;
  changes.add(allow_origin, std::move(origin));
  changes.add(allow_methods, method_list(rules));
  if (rules.credentials)
    changes.add(allow_credentials, "true");
  return true;
}

} // namespace

http::verdict enter(const cors& rules, const http::request& request) {
  if (!is_preflight(request))
    return http::approve{};
  auto answer = http::empty();
  http::amend changes;
  if (amend_any(changes, rules, request, answer.fields)) {
    if (!rules.request_headers.empty())
      changes.add("Access-Control-Allow-Headers",
                  fmt::format("{}", fmt::join(rules.request_headers, ", ")));
    changes.add("Access-Control-Max-Age",
                fmt::format("{}", rules.max_age.count()));
  }
  changes.apply_to(answer.fields);
  return http::replace{std::move(answer)};
}

http::verdict review(const cors& rules, const http::exchange& exchange) {
  http::amend changes;
  auto allowed
    = amend_any(changes, rules, *exchange.request, exchange.response.fields);
  if (allowed && !rules.exposed_headers.empty())
    changes.add("Access-Control-Expose-Headers",
                fmt::format("{}", fmt::join(rules.exposed_headers, ", ")));
  return changes;
}

cors::operator middleware() const {
  check(*this);
  return make_middleware(
    "cors",
    {.enter
     = [rules = *this](const http::request& r) { return enter(rules, r); },
     .review
     = [rules = *this](const http::exchange& x) { return review(rules, x); }});
}

} // namespace lungo
