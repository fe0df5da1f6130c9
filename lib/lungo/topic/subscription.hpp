#pragma once

#include "lungo/topic/reader.hpp"

#include <string>
#include <vector>

namespace lungo::topic {

/// Where a reader begins that brings no position of its own.
enum class beginning : std::uint8_t {
  now,    ///< With the next event.
  oldest, ///< With the oldest of the history.
};

/// What is done where a reader cannot go on behind the position it brings,
/// since that is of another life of the log, or off the end of the history.
enum class gap_policy : std::uint8_t {
  tell,   ///< It gets a gap, then what there is.
  refuse, ///< It is answered with 410, before anything is sent.
};

/// A topic, and what of it.
struct interest {
  std::string topic;
  filter which{};
};

/// What a reader asks for when it begins.
struct subscription {
  std::vector<interest> topics{};
  form as = form::event_stream;
  lag_policy slow = lag_policy::disconnect;
  beginning from = beginning::now;
  gap_policy on_gap = gap_policy::tell;
  std::string after{};    ///< The position it brings, as the client sent it.
  std::uint64_t self = 0; ///< What `publication::except` names.
};

} // namespace lungo::topic
