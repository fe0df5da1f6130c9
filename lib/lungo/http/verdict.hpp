#pragma once

#include "lungo/http/body_transform.hpp"
#include "lungo/http/message.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lungo::http {

/// The exchange may go on as it is.
struct approve {};

/// The exchange may go on, with changes. In `enter` the fields are those of
/// the request and attributes may be noted; in `review` the fields are those
/// of the response, be it plain or the head of an upgrade.
class amend {
public:
  enum class operation { set, add, remove };

  struct edit {
    operation op;
    field what;
  };

  /// As `fields` does it: blanks around a value are taken off.
  /// @throws invalid_value if a field could not stand in a message.
  amend& set(std::string name, std::string value);
  amend& add(std::string name, std::string value);
  amend& remove(std::string name);

  /// Notes `value` under `name` for handlers and later middleware
  /// (`request::attribute`). Counts in `enter` only.
  amend& attribute(std::string name, std::string value);

  /// Lets the body pass through `how`: that of the request in `enter`, that of
  /// the response in `review`, be it whole or streamed. Event streams and
  /// WebSockets have no body and pass nothing. What has a known length and is
  /// transformed loses it.
  amend& transform_body(body_transform how);

  const std::optional<body_transform>& transform() const noexcept {
    return transform_;
  }

  const std::vector<edit>& edits() const noexcept { return edits_; }
  const pairs& attributes() const noexcept { return attributes_; }

  /// Carries the edits out, in the order in which they were asked for.
  void apply_to(fields& target) const;

private:
  std::vector<edit> edits_;
  pairs attributes_;
  std::optional<body_transform> transform_;
};

/// This response instead. In `enter` the handler is not called; in `review`
/// the prepared response is dropped, and with it the upgrade.
struct replace {
  http::response response;
};

/// What a middleware answers.
using verdict = std::variant<approve, amend, replace>;

} // namespace lungo::http
