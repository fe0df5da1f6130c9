#pragma once

#include "lungo/flow/frame.hpp"
#include "lungo/sse/event.hpp"
#include "lungo/topic/position.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lungo::topic {

using time_point = std::chrono::steady_clock::time_point;

/// How a reader gets its events.
enum class form : std::uint8_t {
  event_stream, ///< As blocks of an event stream.
  websocket,    ///< As texts of JSON, `{"topic","id","event","data"}`.
};
inline constexpr std::size_t forms = 2;

/// One event in the history of a topic.
struct entry {
  std::uint64_t seq = 0;    ///< Of the log's events.
  std::uint64_t number = 0; ///< Of its topic's events, from 1.
  std::uint64_t except = 0; ///< The reader that does not get it.
  time_point since;
  sse::event what;            ///< With its id.
  flow::frame encoded[forms]; ///< Empty until somebody reads that form.
};

/// Events of a topic that a reader did not get, and never will.
struct gap {
  std::string topic;
  std::string from; ///< The last position that the reader had; may be foreign.
  std::string to;   ///< The position of the last event that is missing.
  std::optional<std::uint64_t> count; ///< How many; not always known.

  bool operator==(const gap&) const = default;
};

/// The three things that a reader is told, in each form.
flow::frame encode(const entry& what, std::string_view topic, form as);
/// @param resumes may a client come back to the end of the gap? Not while it
///                has to be told of another one there.
flow::frame encode(const gap& what, form as, bool resumes);
/// Where it is, so that it can resume before any event has come.
flow::frame encode(const position& at, form as);

} // namespace lungo::topic
