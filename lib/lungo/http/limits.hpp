#pragma once

#include "lungo/websocket/decoder_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lungo::http {

/// What one peer may cost. Every limit has a default and an answer for the
/// peer that reaches it.
struct limits {
  /// Octets of request line and fields together, with their line ends: 431.
  std::size_t head_bytes = 16 * 1024;
  /// Field lines of one head: 431. Trailer fields are counted apart.
  std::size_t head_fields = 100;
  /// Octets of the request target: 414.
  std::size_t target_bytes = 8 * 1024;
  /// Octets of a body that is held whole, after its framing is taken off: 413.
  std::size_t body_bytes = 1024 * 1024;
  /// Octets of a body that is read as a stream: 413; behind a commit a cut.
  std::uint64_t streamed_body_bytes = std::uint64_t{64} * 1024 * 1024 * 1024;
  /// Octets of all chunk extensions and trailer fields of one body: 400.
  std::size_t chunk_overhead_bytes = 16 * 1024;

  /// What a WebSocket's peer may send in one message: closed with 1009.
  websocket::decoder_limits messages;

  /// From the first octet of a head to its last: 408.
  std::chrono::milliseconds head_timeout{10'000};
  /// Between two reads of a body: 408; behind a commit a cut.
  std::chrono::milliseconds body_timeout{10'000};
  /// Between two requests of a connection: it is closed without a word.
  std::chrono::milliseconds keep_alive_timeout{60'000};
  /// While the peer takes nothing of what we have for it: it is cut.
  std::chrono::milliseconds write_timeout{30'000};
  /// For a sign of life of a WebSocket that was asked for one: it is cut.
  std::chrono::milliseconds pong_timeout{10'000};
  /// For all that handler and middleware do with one request: 503.
  std::chrono::milliseconds exchange_timeout{30'000};
  /// For one verdict of one middleware: 503.
  std::chrono::milliseconds verdict_timeout{5'000};

  /// Open sockets of the whole server; at the limit accepting pauses.
  std::size_t connections = 100'000;
  /// Connections of all kinds, of the whole server, those in admission
  /// included: who comes at the limit is told to come back later. Less than
  /// `connections`, so that sockets are left for those who have to be told.
  std::size_t streams = 90'000;
};

} // namespace lungo::http
