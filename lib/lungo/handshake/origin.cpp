#include "lungo/handshake/origin.hpp"

#include "lungo/http/fields.hpp"
#include "lungo/http/scan.hpp"
#include "lungo/http/target.hpp"

#include <algorithm>

namespace lungo::handshake {

namespace {

using http::iequals;

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986, 3.1.
bool is_scheme(std::string_view text) noexcept {
  auto good = [](char c) {
    return is_letter(c) || http::is_digit(c) || http::contains("+-.", c);
  };
  return !text.empty() && is_letter(text.front())
         && std::all_of(text.begin(), text.end(), good);
}

std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
  if (iequals(scheme, "http"))
    return 80;
  if (iequals(scheme, "https"))
    return 443;
  return std::nullopt;
}

bool is_same(const origin& a, const origin& b) noexcept {
  return iequals(a.scheme, b.scheme) && iequals(a.host, b.host)
         && a.port == b.port;
}

} // namespace

std::optional<origin> parse_origin(std::string_view text) {
  constexpr std::string_view behind_scheme = "://";
  const auto end = text.find(behind_scheme);
  if (end == text.npos || !is_scheme(text.substr(0, end)))
    return std::nullopt;
  const auto scheme = text.substr(0, end);
  const auto at = http::split_host(text.substr(end + behind_scheme.size()));
  if (!at)
    return std::nullopt;
  return origin{scheme, at->host, at->port ? at->port : default_port(scheme)};
}

bool is_origin(std::string_view text) {
  return text == opaque_origin || parse_origin(text);
}

bool is_own_origin(std::string_view text, std::string_view host) {
  const auto from = parse_origin(text);
  const auto own = http::split_host(host);
  if (!from || !own)
    return false;
  const auto port = default_port(from->scheme);
  return port && iequals(from->host, own->host)
         && from->port == (own->port ? own->port : port);
}

bool is_allowed_origin(std::string_view text,
                       const std::vector<std::string>& allowed) {
  const auto from = parse_origin(text);
  return std::any_of(allowed.begin(), allowed.end(), [&](const auto& each) {
    if (each == any_origin || each == text)
      return true;
    const auto one = parse_origin(each);
    return from && one && is_same(*from, *one);
  });
}

} // namespace lungo::handshake
