#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lungo::topic {

/// A reader has come to a topic, or was there when somebody began to watch.
struct joined {
  std::string topic;
  std::uint64_t reader = 0; ///< The id of its actor.
  std::string as;           ///< What its route calls it; may be empty.
  std::size_t readers = 0;  ///< Of the topic, with this one.
};

/// A reader has gone.
struct left {
  std::string topic;
  std::uint64_t reader = 0;
  std::string as;
  std::size_t readers = 0; ///< Of the topic, without this one.
};

} // namespace lungo::topic
