#pragma once

#include "lungo/flow/outbox.hpp"
#include "lungo/http/upgrade.hpp"
#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

#include <chrono>
#include <optional>

namespace lungo {

/// What a route may settle for its connections; what it leaves out is the
/// server's setting.
struct connection_options {
  std::optional<flow::outbox_limits> outbox{};
  /// Zero turns heartbeats off.
  std::optional<std::chrono::milliseconds> heartbeat{};
  /// How old a connection may become, less up to a tenth, so that many that
  /// began together do not end together; reason `expired`. Zero: any age.
  std::chrono::milliseconds max_age{0};
};

/// What a connection is started with.
struct connection_start {
  http::exchange_ptr exchange; ///< Kept until it is open.
  supervisor_actor supervisor;
  flow::outbox_limits outbox;
};

/// How the connection of an upgrade is spawned, and how its session is to
/// behave: the things in which the kinds of upgrades differ. Constant; shared
/// by all exchanges of its route.
class spawn_plan : public http::connection_plan {
public:
  /// @throws invalid_value if a limit of the outbox is zero, or the age less.
  explicit spawn_plan(connection_options options) : options_(options) {
    if (options.outbox)
      flow::outbox{*options.outbox};
    if (options.max_age.count() < 0)
      throw invalid_value("a connection's max_age is not less than zero");
  }

  virtual connection_actor spawn(caf::actor_system& sys,
                                 connection_start start) const = 0;

  /// The habits of this kind, for an exchange that is about to be committed.
  virtual wire_habits habits(const http::exchange& approved,
                             const settings& config) const = 0;

  flow::outbox_limits outbox(const settings& config) const {
    return options_.outbox.value_or(config.outbox);
  }

  std::chrono::milliseconds heartbeat(const settings& config) const {
    return options_.heartbeat.value_or(config.heartbeat);
  }

  std::chrono::milliseconds max_age() const noexcept {
    return options_.max_age;
  }

private:
  connection_options options_;
};

} // namespace lungo
