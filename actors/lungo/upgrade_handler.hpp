#pragma once

#include "lungo/connection_plan.hpp"
#include "lungo/http/exchange.hpp"
#include "lungo/route_table.hpp"

#include <string>
#include <utility>

namespace lungo {

/// A handler that asks for an upgrade. Give it to a route, or return it from a
/// handler that decides by the request.
class upgrade_handler {
public:
  explicit upgrade_handler(http::upgrade wish) : upgrade_(std::move(wish)) {}

  /// The same with one more field on the head.
  /// @throws invalid_value as `http::fields::add`.
  upgrade_handler with(std::string name, std::string value) && {
    upgrade_.fields.add(std::move(name), std::move(value));
    return std::move(*this);
  }

  /// As a route takes it: a streamed body is begun before the body of its
  /// request has been read.
  handler as_handler() const {
    if (upgrade_.kind != http::upgrade_kind::stream)
      return handler_function{*this};
    return intake_function{
      [wish = upgrade_](const http::request&) -> http::intake { return wish; }};
  }

  operator http::upgrade() const { return upgrade_; }
  http::answer operator()(const http::request&) const { return upgrade_; }

private:
  http::upgrade upgrade_;
};

} // namespace lungo
