#pragma once

#include "lungo/topic/counters.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lungo::topic {

/// One topic, as it is at the moment.
struct topic_statistics {
  std::string topic;
  std::size_t readers = 0;
  std::size_t events = 0; ///< Of history.
  std::size_t bytes = 0;  ///< Of history.
  std::uint64_t lag = 0;  ///< Events that its slowest reader is behind.
  counters counted;       ///< Since it began.
};

/// All topics of a log, by name.
struct statistics {
  std::vector<topic_statistics> topics;
};

/// Asks for them; with a name, for those of that topic alone.
struct ask_statistics {
  std::string topic{};
};

} // namespace lungo::topic
