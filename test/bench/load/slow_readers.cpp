#include "feed.hpp"
#include "health_watch.hpp"
#include "stream_report.hpp"

#include <fmt/format.h>

#include <deque>
#include <stdexcept>

namespace bench {

namespace {

/// Readers of the topic that never read an octet, and have little room for
/// what is sent.
class silent_readers {
public:
  silent_readers(std::uint16_t port, std::size_t count) {
    constexpr int room = 4096;
    constexpr std::chrono::seconds patience{20};
    for (; count > 0; --count) {
      auto& one = all_.emplace_back(port, room);
      one.request("GET", "/topic");
      // The head is there, so the server knows this reader.
      if (!one.wait(patience))
        throw std::runtime_error("the server does not answer");
    }
  }

private:
  std::deque<connection> all_;
};

/// What the server held before, and how that has changed.
class growth {
public:
  explicit growth(const server_figures& server)
    : server_(server),
      anonymous_(server.now_in_memory().anonymous),
      resident_(server.restart_peak()),
      descriptors_(server.descriptors()) {}

  void add_to(report& figures) const {
    auto since = [](std::size_t now, std::size_t then) {
      return static_cast<double>(now) - static_cast<double>(then);
    };
    figures.emplace_back("anonymous_growth",
                         since(server_.now_in_memory().anonymous, anonymous_));
    figures.emplace_back("peak_growth",
                         since(server_.peak_resident(), resident_));
    figures.emplace_back("silent_cut",
                         since(descriptors_, server_.descriptors()));
  }

private:
  const server_figures& server_;
  std::size_t anonymous_;
  std::size_t resident_;
  std::size_t descriptors_;
};

void add_health(report& to, const samples& times) {
  to.emplace_back("health_asked", static_cast<double>(times.size()));
  to.emplace_back("health_p50_us", times.quantile(0.5));
  to.emplace_back("health_p99_us", times.quantile(0.99));
  to.emplace_back("health_max_us", times.max());
}

} // namespace

report run_slow_readers(const options& o) {
  constexpr std::uint64_t mib = 1024 * 1024;
  if (o.silent >= o.connections || o.event_bytes == 0)
    throw std::invalid_argument("there is nobody to read");
  server_figures server{o.server};
  silent_readers silent{o.port, o.silent};
  feed load{o, "/topic", fmt::format("/topic?size={}&count=", o.event_bytes),
            o.connections - o.silent, 1};
  health_watch health{o.port};
  growth grown{server};
  stream_span span{server, load.all().so_far()};
  auto begin = std::chrono::steady_clock::now();
  load.publish(o.mib * mib / o.event_bytes);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  auto figures = span.finish(load.all().so_far());
  add_health(figures, health.finish());
  grown.add_to(figures);
  load.finish();
  auto octets = static_cast<double>(load.all().events() * o.event_bytes);
  figures.emplace_back("mib_per_s",
                       octets / static_cast<double>(mib) / took.count());
  figures.emplace_back("complete", static_cast<double>(load.complete()));
  add_checks(figures, load.all().so_far());
  return figures;
}

} // namespace bench
