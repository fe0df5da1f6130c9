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
  std::optional<std::chrono::milliseconds> heartbeat{};
};

/// What a connection is started with.
struct connection_start {
  http::request_ptr request;
  std::shared_ptr<const http::connection_plan> plan; ///< Kept until it is open.
  supervisor_actor supervisor;
  flow::outbox_limits outbox;
};

/// The octets with which a protocol begins, and those it sends when idle.
struct wire_habits {
  flow::octets first;
  flow::octets idle;
};

/// How the connection of an upgrade is spawned: the one thing in which the
/// kinds of upgrades differ. Constant; shared by all exchanges of its route.
class spawn_plan : public http::connection_plan {
public:
  /// @throws invalid_value if a limit of the outbox is zero.
  explicit spawn_plan(connection_options options) : options_(options) {
    if (options.outbox)
      flow::outbox{*options.outbox};
  }

  virtual connection_actor spawn(caf::actor_system& sys,
                                 connection_start start) const = 0;
  virtual wire_habits habits(bool chunked) const = 0;

  const connection_options& overrides() const noexcept { return options_; }

private:
  connection_options options_;
};

} // namespace lungo
