#include "parts.hpp"
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

/// Streams that are read as fast as they come.
class ticking {
public:
  explicit ticking(const options& o)
    : stall_after_(o.stall_after),
      all_(o.port, "/fast", o.connections) {}

  /// Calls `look` every now and then.
  template <class F>
  void run_for(steady::duration length, F look) {
    auto ignore = [](std::size_t, std::uint64_t) {};
    auto look_at = steady::now();
    for (auto end = look_at + length; steady::now() < end; all_.poll(ignore)) {
      if (steady::now() < look_at)
        continue;
      look_at += look_every;
      all_.count_silent(stall_after_);
      look();
    }
  }

  const arrivals& so_far() const noexcept { return all_.so_far(); }

private:
  std::chrono::milliseconds stall_after_;
  streams all_;
};

} // namespace

report run_fast(const options& o) {
  server_figures server{o.server};
  auto begin = steady::now();
  parts<ticking> load{o, std::make_unique<ticking, const options&>};
  std::chrono::duration<double, std::micro> opening = steady::now() - begin;
  load.run([](ticking& one, std::size_t) { one.run_for(warm_up, [] {}); });
  std::vector<std::size_t> looks;
  stream_span span{server, so_far(load)};
  load.run([&](ticking& one, std::size_t index) {
    one.run_for(o.length, [&] {
      if (index == 0)
        looks.push_back(server.now_in_memory().anonymous);
    });
  });
  auto figures = span.finish(so_far(load));
  figures.emplace_back("opening_us", opening.count());
  add_memory(figures, looks);
  add_checks(figures, so_far(load));
  return figures;
}

} // namespace bench
