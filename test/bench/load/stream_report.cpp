#include "stream_report.hpp"

namespace bench {

stream_span::stream_span(const server_figures& server, const arrivals& before)
  : server_(server),
    events_(before.events),
    cpu_(server.cpu()),
    begin_(std::chrono::steady_clock::now()) {}

report stream_span::finish(const arrivals& now) const {
  std::chrono::duration<double, std::micro> used = server_.cpu() - cpu_;
  std::chrono::duration<double> took
    = std::chrono::steady_clock::now() - begin_;
  auto events = static_cast<double>(now.events - events_);
  return {
    {"events", events},
    {"events_per_s", events / took.count()},
    {"cpu_us_per_event", used.count() / events},
    {"cpu_share", used.count() / 1e6 / took.count()},
  };
}

void add_arrival_times(report& to, const samples& times) {
  to.emplace_back("rounds", static_cast<double>(times.size()));
  to.emplace_back("all_have_it_p50_us", times.quantile(0.5));
  to.emplace_back("all_have_it_p99_us", times.quantile(0.99));
  to.emplace_back("all_have_it_max_us", times.max());
}

void add_checks(report& to, const arrivals& all) {
  auto& faults = all.faults;
  to.emplace_back("lost", static_cast<double>(faults.lost));
  to.emplace_back("repeated", static_cast<double>(faults.repeated));
  to.emplace_back("out_of_order", static_cast<double>(faults.out_of_order));
  to.emplace_back("stalled", static_cast<double>(faults.stalled));
  to.emplace_back("latency_p50_us", all.latency.quantile(0.5));
  to.emplace_back("latency_p99_us", all.latency.quantile(0.99));
}

} // namespace bench
