#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lungo/flow/overflow_policy.hpp"
#include "lungo/sse/frame.hpp"

namespace lungo::flow {

/// The bounds of one connection's queues.
struct outbox_limits {
  std::size_t events = 1024;            ///< Frames that may wait.
  std::size_t bytes = 1024 * 1024;      ///< Octets that may wait.
  std::size_t window_bytes = 64 * 1024; ///< Octets on their way to the socket.
  overflow_policy policy = overflow_policy::disconnect;
};

/// The bounded queue of one connection towards its peer, and the credit it has
/// with the broker. A value without thread, clock or socket: `push` decides,
/// `take` hands out what may leave now, `drained` gives credit back.
///
/// A frame may be pushed while credit is left, however large it is, so that one
/// frame larger than the window passes; what waits is always within the bounds
/// (a single frame larger than `bytes` is an overflow).
class outbox {
public:
  enum class push_result : std::uint8_t {
    accepted, ///< Queued; perhaps others were dropped for it (see counters).
    dropped,  ///< This frame was dropped.
    overflow, ///< Policy `disconnect`: the connection must end, `too_slow`.
  };

  /// What leaves the outbox at once.
  struct item {
    sse::frame what;
    std::uint64_t dropped_before = 0; ///< Frames lost right before this one.
  };

  struct counters {
    std::uint64_t pushed = 0;
    std::uint64_t dropped = 0;   ///< By `drop_oldest` or `drop_newest`.
    std::uint64_t coalesced = 0; ///< Replaced by a newer one of the same key.
  };

  explicit outbox(const outbox_limits& limits);

  push_result push(sse::frame what);

  /// Takes from the front all that the credit allows: while any credit is left,
  /// the next frame goes.
  std::vector<item> take();

  /// Frames dropped behind the last one that waits, for which no later frame
  /// has come yet. Reading resets it; ask when `take` has emptied the queue.
  std::uint64_t take_trailing_drops();

  /// `bytes` of what was taken have left for the peer.
  void drained(std::size_t bytes);

  /// May a frame leave right now? Also "the peer keeps up".
  bool writable() const noexcept;

  bool empty() const noexcept;
  std::size_t waiting_events() const noexcept;
  std::size_t waiting_bytes() const noexcept;
  std::size_t in_flight_bytes() const noexcept;
  const counters& counted() const noexcept;

private:
  // Settled by the implementation; see outbox.cpp.
};

} // namespace lungo::flow
