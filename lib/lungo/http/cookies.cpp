#include "lungo/http/cookies.hpp"

#include <algorithm>

namespace lungo::http {

namespace {

/// cookie-octet (RFC 6265, 4.1.1): visible ASCII without `"`, `,`, `;`, `\`.
constexpr bool is_cookie_octet(char c) noexcept {
  return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

/// What path-value is made of: ASCII without control characters and `;`.
constexpr bool is_path_octet(char c) noexcept {
  return c >= 0x20 && c < 0x7f && c != ';';
}

/// What host names are made of (RFC 1123, 2.1).
constexpr bool is_domain_octet(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
         || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

/// Cookie-octets, maybe in one pair of quotes.
bool is_cookie_value(std::string_view value) noexcept {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return std::all_of(value.begin(), value.end(), is_cookie_octet);
}

[[noreturn]] void refuse(const cookie& c, std::string_view why) {
  std::string sentence = "cookie";
  if (is_token(c.name))
    sentence += " '" + c.name + "'";
  throw invalid_value{sentence.append(": ").append(why)};
}

void check(const cookie& c) {
  if (!is_token(c.name))
    refuse(c, "the name is no token; use letters, digits, '-' and '_'");
  if (!is_cookie_value(c.value))
    refuse(c, "the value holds a blank, a control character, one of \" , ; \\ "
              "or an octet beyond ASCII; encode it (percent or base64)");
  if (!std::all_of(c.path.begin(), c.path.end(), is_path_octet))
    refuse(c, "the path holds ';', a control character or an octet beyond "
              "ASCII; percent-encode it");
  if (!std::all_of(c.domain.begin(), c.domain.end(), is_domain_octet))
    refuse(c, "the domain is no host name; leave it empty for this host");
  if (c.same_site == cookie::same_site_policy::none && !c.secure)
    refuse(c, "SameSite=None counts with Secure only; set `secure`");
}

std::string_view same_site_attribute(cookie::same_site_policy p) noexcept {
  switch (p) {
  case cookie::same_site_policy::unset:
    return "";
  case cookie::same_site_policy::lax:
    return "; SameSite=Lax";
  case cookie::same_site_policy::strict:
    return "; SameSite=Strict";
  case cookie::same_site_policy::none:
    return "; SameSite=None";
  }
  return "";
}

/// The value of `name` in one `Cookie` field (RFC 6265, 4.2.1).
std::optional<std::string_view> find_cookie(std::string_view list,
                                            std::string_view name) noexcept {
  while (!list.empty()) {
    auto pair = list.substr(0, list.find(';'));
    list.remove_prefix(std::min(pair.size() + 1, list.size()));
    auto equals = pair.find('=');
    if (equals != pair.npos && trim_ows(pair.substr(0, equals)) == name)
      return trim_ows(pair.substr(equals + 1));
  }
  return std::nullopt;
}

} // namespace

std::string to_string(const cookie& c) {
  check(c);
  std::string out = c.name + "=" + c.value;
  if (!c.path.empty())
    out += "; Path=" + c.path;
  if (!c.domain.empty())
    out += "; Domain=" + c.domain;
  // No client tells a negative age from zero, and the grammar has no sign.
  if (c.max_age)
    out += "; Max-Age="
           + std::to_string(std::max<std::int64_t>(c.max_age->count(), 0));
  if (c.secure)
    out += "; Secure";
  if (c.http_only)
    out += "; HttpOnly";
  out += same_site_attribute(c.same_site);
  return out;
}

void set_cookie(response& to, const cookie& c) {
  to.fields.add("Set-Cookie", to_string(c));
}

std::optional<std::string> get_cookie(const request& from,
                                      std::string_view name) {
  for (const auto& line : from.fields.all("Cookie"))
    if (auto value = find_cookie(line, name))
      return std::string{*value};
  return std::nullopt;
}

} // namespace lungo::http
