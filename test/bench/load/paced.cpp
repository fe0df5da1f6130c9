#include "feed.hpp"
#include "stream_report.hpp"

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

/// Lets every reader have a few events, without a pause.
void warm_up(feed& load) {
  for (auto count = 3; count > 0; --count)
    load.publish(1);
  load.forget_latency();
}

/// Publishes an event each `interval`, and takes the time from when it was due
/// until every reader has it: one that is held up by another's counts in full.
/// Ends early at one that does not arrive.
samples publish_paced(feed& load, steady::duration interval,
                      std::int64_t count) {
  samples times;
  for (auto due = steady::now(); count > 0; --count, due += interval) {
    load.read_until(due);
    if (!load.publish(1))
      break;
    times.add(steady::now() - due);
  }
  return times;
}

} // namespace

report run_paced(const options& o) {
  server_figures server{o.server};
  feed load{o, "/events", "/publish?count=", o.connections, 1};
  warm_up(load);
  stream_span span{server, load.all().so_far()};
  auto times = publish_paced(load, o.interval, o.length / o.interval);
  auto figures = span.finish(load.all().so_far());
  add_arrival_times(figures, times);
  load.finish();
  add_checks(figures, load.all().so_far());
  return figures;
}

} // namespace bench
