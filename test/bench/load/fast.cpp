#include "stream_report.hpp"
#include "streams.hpp"

#include <algorithm>
#include <vector>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds warm_up{500};
constexpr std::chrono::milliseconds look_every{200};

/// The middle of `count` looks from the one at `begin` on.
double median(std::vector<std::size_t> looks, std::ptrdiff_t begin,
              std::ptrdiff_t count) {
  auto first = looks.begin() + begin;
  auto middle = first + count / 2;
  std::nth_element(first, middle, first + count);
  return static_cast<double>(*middle);
}

/// The memory in the first and the last third of the time, and at its highest.
void add_memory(report& to, const std::vector<std::size_t>& looks) {
  auto third = std::ssize(looks) / 3 + 1;
  auto last = std::ssize(looks) - third;
  auto peak = *std::max_element(looks.begin(), looks.end());
  to.emplace_back("memory_first_third", median(looks, 0, third));
  to.emplace_back("memory_last_third", median(looks, last, third));
  to.emplace_back("memory_peak", static_cast<double>(peak));
}

class reading {
public:
  reading(streams& all, const server_figures& server,
          std::chrono::milliseconds stall_after)
    : all_(all),
      server_(server),
      stall_after_(stall_after) {}

  void run_for(steady::duration length) {
    auto ignore = [](std::size_t, std::uint64_t) {};
    auto look_at = steady::now();
    for (auto end = look_at + length; steady::now() < end; all_.poll(ignore)) {
      if (steady::now() < look_at)
        continue;
      look_at += look_every;
      all_.count_silent(stall_after_);
      looks_.push_back(server_.now_in_memory().anonymous);
    }
  }

  const std::vector<std::size_t>& looks() const noexcept { return looks_; }

private:
  streams& all_;
  const server_figures& server_;
  std::chrono::milliseconds stall_after_;
  std::vector<std::size_t> looks_;
};

} // namespace

report run_fast(const options& o) {
  server_figures server{o.server};
  auto begin = steady::now();
  streams all{o.port, "/fast", o.connections};
  std::chrono::duration<double, std::micro> opening = steady::now() - begin;
  reading{all, server, o.stall_after}.run_for(warm_up);
  reading load{all, server, o.stall_after};
  stream_span span{server, all.so_far()};
  load.run_for(o.length);
  auto figures = span.finish();
  figures.emplace_back("opening_us", opening.count());
  add_memory(figures, load.looks());
  add_checks(figures, all.so_far());
  return figures;
}

} // namespace bench
