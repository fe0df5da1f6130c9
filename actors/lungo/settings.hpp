#pragma once

#include "lungo/flow/outbox.hpp"
#include "lungo/handshake/terms.hpp"
#include "lungo/http/limits.hpp"
#include "lungo/result.hpp"
#include "lungo/topic/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lungo {

/// What a server can be told; every value has a default that may be left
/// alone. `config` fills it from the command line and a file.
struct settings {
  /// Address to listen on, IPv4 or IPv6.
  std::string address = "127.0.0.1";
  /// Port to listen on; 0 lets the system choose a free one.
  std::uint16_t port = 8080;
  /// Threads with sockets, each with its share of the connections. 0 means
  /// half of the cores, at least one.
  std::size_t io_threads = 0;
  /// Messages that an actor handles before the next gets its turn.
  std::size_t throughput = 100;

  /// What one peer may cost.
  http::limits limits;
  /// Who may open WebSockets, where a route does not say so itself, and what
  /// an `EventSource` gets that cannot be admitted.
  handshake::policy handshake;

  /// A comment is sent on an event stream after so long without another
  /// octet, so that nobody on the way takes it for dead; a WebSocket's peer is
  /// pinged after so long without one of its own. 0 turns it off.
  std::chrono::milliseconds heartbeat{15'000};
  /// The queue of each connection, unless its route says otherwise.
  flow::outbox_limits outbox;

  /// What its topics keep and take.
  topic::log_limits topics;
  /// Octets of events that may be on their way to the topics from threads that
  /// publish; what is over that is refused.
  std::size_t topics_inbox_bytes = 64 * 1024 * 1024;

  /// What `SIGTERM` and `SIGINT` leave to open exchanges and streams before
  /// they are cut.
  std::chrono::milliseconds drain_timeout{10'000};
  /// When a client whose stream the server ends, or cannot begin, is to come
  /// back: drawn for each, so that they do not come all at once.
  std::chrono::milliseconds reconnect_min{1'000};
  std::chrono::milliseconds reconnect_max{10'000};
  /// Of all that is drawn. 0: drawn from the system when the server is made.
  std::uint64_t seed = 0;
  /// For a connection's init (`on_open`): 503.
  std::chrono::milliseconds init_timeout{10'000};
  /// Drain on `SIGTERM` and `SIGINT`?
  bool handle_signals = true;

  /// How often within `restart_window` an actor that must not die may be
  /// restarted; after that the server gives up and leaves.
  std::size_t restarts = 10;
  std::chrono::milliseconds restart_window{60'000};
};

/// Half of the machine's cores, at least one: the other half is for actors.
std::size_t default_io_threads() noexcept;

/// A seed that nobody can foresee; not 0.
std::uint64_t system_seed();

/// Could a server run with these? The error names the setting that is at fault.
result<void> check(const settings& config);

} // namespace lungo
