#include "parts.hpp"
#include "stream_report.hpp"
#include "streams.hpp"

#include <utility>
#include <vector>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

/// WebSockets that each have up to a window of messages under way.
class echoing {
public:
  explicit echoing(const options& o)
    : options_(o),
      all_(o.port, "/ws", o.connections),
      sent_(o.connections) {
    for (std::size_t i = 0; i < all_.size(); ++i)
      for (std::size_t n = 0; n < o.window; ++n)
        say(i);
  }

  const arrivals& so_far() const noexcept { return all_.so_far(); }

  /// Each answers an echo with its next message.
  void run_for(steady::duration length) {
    auto end = steady::now() + length;
    for (auto look_at = steady::now(); steady::now() < end;) {
      all_.poll([this](std::size_t index, std::uint64_t) { say(index); });
      if (steady::now() < look_at)
        continue;
      all_.count_silent(options_.stall_after);
      look_at += look_every;
    }
  }

  /// Reads what is under way, for as long as more of it comes.
  void finish() {
    auto seen = all_.events();
    auto seen_at = steady::now();
    while (all_.events() < said_
           && steady::now() - seen_at < options_.stall_after) {
      all_.poll([](std::size_t, std::uint64_t) {});
      if (std::exchange(seen, all_.events()) != all_.events())
        seen_at = steady::now();
    }
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_.count_behind(i, sent_[i]);
  }

private:
  static constexpr std::chrono::milliseconds look_every{200};

  void say(std::size_t index) {
    event next{++sent_[index], nanoseconds(steady::now())};
    all_.send(index, message_frame(next));
    ++said_;
  }

  options options_;
  websockets all_;
  std::vector<std::uint64_t> sent_; ///< By each.
  std::uint64_t said_ = 0;          ///< By all.
};

} // namespace

report run_echo(const options& o) {
  constexpr std::chrono::milliseconds warm_up{300};
  server_figures server{o.server};
  parts<echoing> load{o, std::make_unique<echoing, const options&>};
  auto run_for = [&](steady::duration length) {
    load.run([=](echoing& one, std::size_t) { one.run_for(length); });
    return so_far(load);
  };
  stream_span span{server, run_for(warm_up)};
  auto figures = span.finish(run_for(o.length));
  load.run([](echoing& one, std::size_t) { one.finish(); });
  add_checks(figures, so_far(load));
  return figures;
}

} // namespace bench
