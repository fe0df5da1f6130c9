#pragma once

#include "lungo/http/message.hpp"

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

  const std::vector<edit>& edits() const noexcept { return edits_; }
  const pairs& attributes() const noexcept { return attributes_; }

  /// Carries the edits out, in the order in which they were asked for.
  void apply_to(fields& target) const;

private:
  std::vector<edit> edits_;
  pairs attributes_;
};

/// This response instead. In `enter` the handler is not called; in `review`
/// the prepared response is dropped, and with it the upgrade.
struct replace {
  http::response response;
};

/// What a middleware answers.
using verdict = std::variant<approve, amend, replace>;

} // namespace lungo::http
