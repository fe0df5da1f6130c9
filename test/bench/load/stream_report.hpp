#pragma once

#include "arrivals.hpp"
#include "modes.hpp"
#include "samples.hpp"
#include "server_figures.hpp"

#include <chrono>

namespace bench {

/// The figures of a time span with events.
class stream_span {
public:
  /// @param before what had come when the span begins.
  stream_span(const server_figures& server, const arrivals& before);

  /// Ends the span here.
  /// @param now what has come by now.
  report finish(const arrivals& now) const;

private:
  const server_figures& server_;
  std::uint64_t events_;
  std::chrono::nanoseconds cpu_;
  std::chrono::steady_clock::time_point begin_;
};

/// Adds how long it took until all readers had an event, of each event.
void add_arrival_times(report& to, const samples& times);

/// Adds what went wrong, and the latency, since the first came.
void add_checks(report& to, const arrivals& all);

} // namespace bench
