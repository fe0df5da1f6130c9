#pragma once

#include <chrono>
#include <cstddef>

namespace lungo::topic {

/// What one topic keeps, and takes. Whichever bound of its history is reached
/// first lets the oldest event go.
struct limits {
  std::size_t events = 1000;            ///< Events of history.
  std::size_t bytes = 8 * 1024 * 1024;  ///< Octets of history, encoded.
  std::chrono::milliseconds age{0};     ///< Of an event; 0: any.
  std::size_t event_bytes = 256 * 1024; ///< Of all texts of one event: 413.
  std::size_t message_ids = 1000;       ///< Kept to know repetitions by,
  std::chrono::milliseconds message_id_age{120'000}; ///< and for how long.
  std::chrono::milliseconds unused{0}; ///< A topic without readers and without
                                       ///< a publish ends; 0: never.
};

/// What the topics of one log cost together.
struct log_limits {
  limits each;                     ///< Unless a topic is declared with others.
  std::size_t topics = 10'000;     ///< 503.
  std::size_t reader_topics = 100; ///< Topics of one reader: 400.
  bool on_demand = true; ///< Make a topic when it is first named; else 404.
};

} // namespace lungo::topic
