#pragma once

#include "lungo/flow/frame.hpp"
#include "lungo/flow/overflow_policy.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lungo::flow {

/// The bounds of one connection's queues; none of them may be zero.
struct outbox_limits {
  std::size_t events = 1024;            ///< Pushed frames that may wait.
  std::size_t bytes = 1024 * 1024;      ///< Octets of them.
  std::size_t window_bytes = 64 * 1024; ///< Octets on their way to the socket.
  overflow_policy policy = overflow_policy::disconnect;
};

/// The bounded queue of one connection towards its peer, and the credit it has
/// with the broker. A value without thread, clock or socket: `push` decides,
/// `take` hands out what may leave now, `drained` gives credit back.
///
/// While any credit is left the next frame may leave, however large it is, so
/// one frame larger than the window passes. What was pushed and waits is always
/// within the bounds: a frame larger than `bytes` never gets in, and no other
/// is dropped for it. An outbox in which nothing waits holds no memory.
class outbox {
public:
  enum class push_result : std::uint8_t {
    accepted, ///< Queued; perhaps others were dropped for it (see counters).
    dropped,  ///< This frame was dropped.
    overflow, ///< Policy `disconnect`: the connection must end, `too_slow`.
  };

  /// What leaves the outbox at once.
  struct item {
    frame what;
    std::uint64_t dropped_before = 0; ///< Frames lost right before this one.
    bool pulled = false; ///< Counts for no bound; no policy drops it.
  };

  /// Each frame pushed is taken, waits, or is counted once as lost.
  struct counters {
    std::uint64_t pushed = 0;    ///< All but those answered with `overflow`.
    std::uint64_t dropped = 0;   ///< For want of room.
    std::uint64_t coalesced = 0; ///< Replaced by a newer one of the same key.
  };

  /// @throws invalid_value if a limit is zero: nothing could ever leave.
  explicit outbox(const outbox_limits& limits);

  /// Queues `what`, or does what the policy says. A frame that replaces one of
  /// its key goes to the end all the same, so the order of pushing holds. After
  /// an `overflow` every push is one: a frame accepted later would take the
  /// client's last id past the one that it never got.
  push_result push(frame what);

  /// Queues what was asked for while there was `credit` for it, whatever waits
  /// by now: who asks bounds what comes. It keeps its place among what is
  /// pushed. After an `overflow` it goes the way of the pushes.
  void append(frame what);

  /// Takes from the front all that the credit allows: while any credit is left,
  /// the next frame goes.
  std::vector<item> take();

  /// Frames dropped behind the last one that waits, for which no later frame
  /// has come yet. Reading resets it; ask when `take` has emptied the queue.
  std::uint64_t take_trailing_drops();

  /// `bytes` of what was taken have left for the peer. More than is in flight
  /// counts as all of it.
  void drained(std::size_t bytes);

  /// Would a frame pushed now leave with the next `take`? False while the peer
  /// is behind, and before a bound is reached.
  bool writable() const noexcept;

  /// Octets that would leave with the next `take`; 0 if not `writable`.
  std::size_t credit() const noexcept;

  bool empty() const noexcept;
  std::size_t waiting_events() const noexcept;
  std::size_t waiting_bytes() const noexcept;
  std::size_t in_flight_bytes() const noexcept;
  const counters& counted() const noexcept;

private:
  bool fits(std::size_t bytes) const noexcept;
  bool make_room(std::size_t bytes);
  void enqueue(frame what, bool pulled);
  void leaves(const item& one) noexcept;
  push_result refuse();
  void coalesce(std::string_view key);
  void remove(std::size_t at, std::uint64_t lost);
  void compact();

  outbox_limits limits_;
  std::vector<item> queue_; // Those before `front_` are gone already.
  std::size_t front_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t pushed_events_ = 0; // Of what waits.
  std::size_t pushed_bytes_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t trailing_drops_ = 0;
  counters counted_;
  bool overflowed_ = false;
};

} // namespace lungo::flow
