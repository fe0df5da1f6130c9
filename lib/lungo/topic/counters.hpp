#pragma once

#include <cstdint>

namespace lungo::topic {

/// What has become of a topic's events, since it began.
struct counters {
  std::uint64_t published = 0;
  std::uint64_t duplicates = 0; ///< Publications that were there already.
  std::uint64_t delivered = 0;  ///< Events handed to readers, for each.
  std::uint64_t gaps = 0;       ///< That readers were told of.
  std::uint64_t missed = 0;     ///< Events in gaps, as far as that is known.
  std::uint64_t coalesced = 0;  ///< Not handed out since a newer one was.
  std::uint64_t too_slow = 0;   ///< Readers that were cut.

  bool operator==(const counters&) const = default;
};

} // namespace lungo::topic
