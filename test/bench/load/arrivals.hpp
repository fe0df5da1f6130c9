#pragma once

#include "event_reader.hpp"
#include "latency.hpp"
#include "tally.hpp"

#include <chrono>
#include <cstdint>

namespace bench {

inline std::uint64_t nanoseconds(std::chrono::steady_clock::time_point when) {
  return static_cast<std::uint64_t>(when.time_since_epoch().count());
}

/// What has come so far over all streams, or WebSockets, and what of it is
/// wrong.
struct arrivals {
  std::uint64_t events = 0;
  bench::faults faults;
  bench::latency latency;

  /// `what` has come at `now` over the one that has these `numbers`.
  void count(const event& what, tally& numbers,
             std::chrono::steady_clock::time_point now) {
    numbers.count(what.id, faults);
    latency.add(nanoseconds(now) - what.made_at);
    ++events;
  }

  arrivals& operator+=(const arrivals& other) noexcept {
    events += other.events;
    faults += other.faults;
    latency += other.latency;
    return *this;
  }
};

} // namespace bench
