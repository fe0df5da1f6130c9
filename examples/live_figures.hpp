#pragma once

#include <boost/json.hpp>
#include <lungo/server.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

/// What the dashboard shows of the machine, and of its own server.
namespace figures {

using tick = caf::atom_constant<caf::atom("tick")>;

/// Publishes to one topic. Each event says when it was, and which one of its
/// topic: so a page can count for itself what it misses.
class outlet {
public:
  outlet(lungo::topics to, std::string name)
    : to_(std::move(to)),
      name_(std::move(name)) {}

  void say(boost::json::object what) {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    what["at"] = now / std::chrono::milliseconds{1};
    what["n"] = ++count_;
    to_.publish(name_, lungo::sse::event{boost::json::serialize(what)} //
                         .name(name_));
  }

private:
  lungo::topics to_;
  std::string name_;
  std::uint64_t count_ = 0;
};

/// Which share of the time the processors were busy, as Linux counts it.
class cpu_meter {
public:
  /// Since the call before; 0 where nothing is known.
  double busy() {
    std::array<double, 8> spent{}; // user nice system idle iowait ...
    std::string label;
    std::ifstream in{"/proc/stat"};
    in >> label;
    for (auto& each : spent)
      in >> each;
    auto all = std::accumulate(spent.begin(), spent.end(), 0.0);
    auto idle = spent[3] + spent[4];
    auto passed = all - std::exchange(all_, all);
    auto rested = idle - std::exchange(idle_, idle);
    return passed > 0 ? std::clamp(1 - rested / passed, 0.0, 1.0) : 0;
  }

private:
  double all_ = 0;
  double idle_ = 0;
};

inline double load_average() {
  double minute = 0;
  return getloadavg(&minute, 1) == 1 ? minute : 0;
}

/// Of this process.
inline double resident_bytes() {
  double pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

inline boost::json::object members(const lungo::msg::counts& server,
                                   const lungo::topic::statistics& topics) {
  lungo::topic::counters sum;
  std::uint64_t lag = 0;
  for (auto& each : topics.topics) {
    sum.published += each.counted.published;
    sum.delivered += each.counted.delivered;
    sum.gaps += each.counted.gaps;
    lag = std::max(lag, each.lag);
  }
  return {{"connections", server.connections},
          {"published", sum.published},
          {"delivered", sum.delivered},
          {"gaps", sum.gaps},
          {"lag", lag},
          {"memory", resident_bytes()}};
}

using reporter_actor = lungo::presence_actor::extend<caf::reacts_to<tick>>;

struct reporter_state {
  std::size_t readers = 0;
  bool ticking = false;
};

/// Says how the server is, each second, for as long as somebody reads it.
inline reporter_actor::behavior_type
reporter(reporter_actor::stateful_pointer<reporter_state> self,
         lungo::server* app, std::shared_ptr<outlet> out) {
  using namespace std::chrono_literals;
  auto late = [](const caf::error&) {}; // The next tick asks again.
  auto& my = self->state;
  return {
    [=, &my](const lungo::topic::joined& who) {
      my.readers = who.readers;
      if (!std::exchange(my.ticking, true))
        self->send(self, tick::value);
    },
    [&my](const lungo::topic::left& who) { my.readers = who.readers; },
    [=, &my](tick) {
      my.ticking = my.readers > 0;
      if (!my.ticking)
        return;
      self->delayed_send(self, 1s, tick::value);
      auto topics = app->topics().actor();
      self->request(app->supervisor(), 1s, lungo::msg::count{})
        .then(
          [=](const lungo::msg::counts& server) {
            self->request(topics, 1s, lungo::topic::ask_statistics{})
              .then(
                [=](const lungo::topic::statistics& all) {
                  out->say(members(server, all));
                },
                late);
          },
          late);
    },
  };
}

} // namespace figures
