#include "lungo/http/target.hpp"

#include "lungo/http/scan.hpp"

#include <boost/url/authority_view.hpp>

#include <algorithm>
#include <charconv>

namespace lungo::http {

namespace {

constexpr std::string_view scheme = "http://";

error malformed(std::string_view why) {
  return {errc::bad_request, std::string{why}};
}

bool has_sound_escapes(std::string_view path) noexcept {
  for (auto at = path.find('%'); at != path.npos; at = path.find('%', at + 1))
    if (path.size() - at < 3 || hex_value(path[at + 1]) < 0
        || hex_value(path[at + 2]) < 0)
      return false;
  return true;
}

result<target_parts> split_path(std::string_view path_and_query,
                                bool has_authority) {
  const auto end = std::min(path_and_query.find('?'), path_and_query.size());
  const auto path = path_and_query.substr(0, end);
  if (!has_sound_escapes(path))
    return malformed("The path of the request target holds a '%' that is not "
                     "followed by two hexadecimal digits.");
  const auto query = path_and_query.substr(end);
  return target_parts{path.empty() ? "/" : path,
                      query.empty() ? query : query.substr(1), has_authority};
}

result<target_parts> split_absolute(std::string_view target) {
  const auto rest = target.substr(scheme.size());
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (!is_host(rest.substr(0, end)))
    return malformed("The authority of the request target is no host with an "
                     "optional port.");
  return split_path(rest.substr(end), true);
}

} // namespace

result<target_parts> split_target(method m, std::string_view target) {
  if (target.starts_with('/'))
    return split_path(target, false);
  if (target == "*" && m == method::options)
    return target_parts{target, {}, false};
  if (iequals(target.substr(0, scheme.size()), scheme))
    return split_absolute(target);
  return malformed(
    "The request target has to be a path, or a URL of the scheme "
    "http; '*' goes with OPTIONS only.");
}

std::optional<host_parts> split_host(std::string_view text) noexcept {
  const auto parsed = boost::urls::parse_authority(text);
  if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty())
    return std::nullopt;
  const std::string_view digits = parsed->port();
  host_parts parts{parsed->encoded_host(), std::nullopt};
  if (digits.empty())
    return parts;
  // Boost.URL lets some numbers pass that are none of a port, such as 300000.
  std::uint16_t port = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, failed] = std::from_chars(digits.data(), end, port);
  if (failed != std::errc{} || stop != end)
    return std::nullopt;
  parts.port = port;
  return parts;
}

bool is_host(std::string_view text) noexcept {
  return split_host(text).has_value();
}

} // namespace lungo::http
