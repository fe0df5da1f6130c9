#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

/// What the load client is told: `load MODE --port=N --server=PID [...]`.
struct options {
  std::string mode;
  std::uint16_t port = 0;
  pid_t server = 0;              ///< Process whose time and memory are read.
  std::size_t connections = 100; ///< Or streams.
  std::size_t threads = 1;       ///< Of the client, where streams have nothing
                                 ///< to do with each other.
  std::size_t silent = 50;       ///< Streams of these that nobody reads.
  std::size_t rounds = 50;       ///< Events, each behind the last's arrival,
                                 ///< or times that a load is repeated.
  std::size_t rate = 2000;       ///< Streams that are opened in a second.
  std::size_t event_bytes = 16 * 1024; ///< Octets of an event's data.
  std::size_t window = 1;    ///< Events published but not had by all yet,
                             ///< or messages of one under way.
  std::size_t at_once = 0;   ///< Events that one request publishes at most;
                             ///< 0: a whole window.
  bool publish_body = false; ///< Each request to publish holds its one event.
  std::uint64_t mib = 1024;  ///< Of a body, or of all events.
  std::chrono::milliseconds length{3000};      ///< Of what is measured.
  std::chrono::milliseconds interval{100};     ///< From one event to the next.
  std::chrono::milliseconds stall_after{1000}; ///< A silence that is a fault.
};

/// @throws std::invalid_argument on what it does not know.
options parse_options(int argc, char** argv);

} // namespace bench
