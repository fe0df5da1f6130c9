#pragma once

#include "lungo/http/fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::handshake {

/// One extension that a client offers (RFC 6455, 9.1), with its parameters as
/// they came. Names point into the fields.
struct extension {
  struct param {
    std::string_view name;
    std::optional<std::string> value; ///< Without quotes.
  };

  std::string_view name;
  std::vector<param> params;
};

/// What the fields `Sec-WebSocket-Extensions` offer, in order; nothing if one
/// of them is malformed. None are none.
std::optional<std::vector<extension>>
parse_extensions(const http::fields& fields);

} // namespace lungo::handshake
