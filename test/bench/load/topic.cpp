#include "feed.hpp"
#include "stream_report.hpp"

namespace bench {

namespace {

/// Publishes one event after the other, each when every reader has the last,
/// and takes the time until it is so; ends early at one that does not arrive.
samples publish_rounds(feed& load, std::size_t count) {
  samples times;
  for (; count > 0; --count) {
    auto begin = std::chrono::steady_clock::now();
    if (!load.publish(1))
      break;
    times.add(std::chrono::steady_clock::now() - begin);
  }
  return times;
}

} // namespace

report run_topic(const options& o) {
  constexpr std::size_t warm_up = 3;
  server_figures server{o.server};
  auto before = server.now_in_memory();
  feed load{o, "/topic", "/topic?count=", o.connections, 1};
  publish_rounds(load, warm_up);
  stream_span span{server, load.all().so_far()};
  auto times = publish_rounds(load, o.rounds);
  auto figures = span.finish(load.all().so_far());
  auto after = server.now_in_memory();
  auto grown = static_cast<double>(after.anonymous)
               - static_cast<double>(before.anonymous);
  auto readers = static_cast<double>(o.connections);
  figures.emplace_back("streams", readers);
  figures.emplace_back("anonymous_per_stream", grown / readers);
  add_arrival_times(figures, times);
  load.finish();
  add_checks(figures, load.all().so_far());
  return figures;
}

} // namespace bench
