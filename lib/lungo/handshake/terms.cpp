#include "lungo/handshake/terms.hpp"

#include "lungo/handshake/origin.hpp"
#include "lungo/http/fields.hpp"
#include "lungo/http/upgrade.hpp"

#include <algorithm>

namespace lungo::handshake {

namespace {

void check_origins(const std::vector<std::string>& origins) {
  for (auto& each : origins)
    if (auto checked = check_origin(each); !checked)
      throw invalid_value{checked.error().message};
}

void check_subprotocols(const std::vector<std::string>& names) {
  for (auto each = names.begin(); each != names.end(); ++each) {
    if (!http::is_token(*each))
      throw invalid_value{"a subprotocol is no token; use letters, digits and "
                          "signs such as '-' and '.'"};
    if (std::find(names.begin(), each, *each) != each)
      throw invalid_value{"the subprotocol '" + *each
                          + "' is named twice; name it once"};
  }
}

} // namespace

result<void> check_origin(std::string_view text) {
  if (text == any_origin || text == opaque_origin || parse_origin(text))
    return {};
  return error{errc::invalid_value,
               "an origin is scheme://host or scheme://host:port, without a "
               "path or a slash at the end; or '*' for any"};
}

void check(const terms& what) {
  if (what.origins)
    check_origins(*what.origins);
  check_subprotocols(what.subprotocols);
}

void check(const policy& what) {
  check_origins(what.origins);
}

std::string_view to_string(at_limit how) noexcept {
  return how == at_limit::refuse ? "refuse" : "retry-later";
}

std::optional<at_limit> parse_at_limit(std::string_view text) noexcept {
  for (auto each : {at_limit::retry_later, at_limit::refuse})
    if (text == to_string(each))
      return each;
  return std::nullopt;
}

const terms& terms_of(const http::upgrade& wish) noexcept {
  static const terms none;
  return wish.terms ? *wish.terms : none;
}

} // namespace lungo::handshake
