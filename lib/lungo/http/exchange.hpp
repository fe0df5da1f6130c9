#pragma once

#include "lungo/http/body_transform.hpp"
#include "lungo/http/message.hpp"
#include "lungo/http/upgrade.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace lungo::http {

/// What a handler returns.
using answer = std::variant<response, upgrade>;

/// One request with the response, and maybe the upgrade, prepared for it. With
/// an upgrade, `response` is the head it would have: status and fields count,
/// its body is never sent.
struct exchange {
  request_ptr request;
  http::response response;
  std::optional<http::upgrade> upgrade;
  body_transforms of_request;  ///< For its body.
  body_transforms of_response; ///< For the body that a `stream` upgrade makes.

  /// Is the upgrade still wanted? True while the status is its success status.
  bool upgrades() const noexcept;
};

using exchange_ptr = std::shared_ptr<const exchange>;

/// What a handler's answer makes of its request: an upgrade becomes a head
/// with its success status. Its fields move to that head, since from here on
/// only `response` counts.
exchange prepare(request_ptr request, answer what);

} // namespace lungo::http
