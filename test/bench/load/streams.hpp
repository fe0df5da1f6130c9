#pragma once

#include "connection.hpp"
#include "event_reader.hpp"
#include "latency.hpp"
#include "poller.hpp"
#include "tally.hpp"

#include <chrono>
#include <deque>
#include <string>

namespace bench {

/// Many event streams from one server, each event of each checked.
class streams {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Opens `count` streams and returns when the head of each has come.
  streams(std::uint16_t port, std::string_view target, std::size_t count);

  /// The next event of each stream is to have the number behind `id`.
  void begin_after(std::uint64_t id);

  /// Reads what is there; calls `on_event` with the number of each event.
  template <class F>
  void poll(F on_event) {
    poller_.poll([this, &on_event](std::size_t index) {
      auto& one = all_[index];
      auto now = std::chrono::steady_clock::now();
      auto before = events_;
      one.reader.put(one.socket.read(), [&](const event& e) {
        one.numbers.count(e.id, faults_);
        latency_.add(nanoseconds(now) - e.made_at);
        ++events_;
        on_event(e.id);
      });
      if (events_ != before)
        one.heard_at = now;
    });
  }

  /// Counts each stream that has said nothing for `limit` as stalled, once per
  /// limit.
  void count_silent(std::chrono::milliseconds limit);

  /// Counts the streams that have not got as far as `id` as stalled.
  void count_behind(std::uint64_t id);

  std::size_t size() const noexcept { return all_.size(); }
  std::uint64_t events() const noexcept { return events_; }
  const bench::faults& faults() const noexcept { return faults_; }
  const bench::latency& latency() const noexcept { return latency_; }

private:
  struct stream {
    explicit stream(std::uint16_t port) : socket(port) {}
    connection socket;
    event_reader reader;
    tally numbers;
    time_point heard_at{};
  };

  static std::uint64_t nanoseconds(time_point when) {
    return static_cast<std::uint64_t>(when.time_since_epoch().count());
  }

  void read_heads(std::size_t unanswered_max);

  poller poller_;
  std::deque<stream> all_;
  std::size_t answered_ = 0;
  std::uint64_t events_ = 0;
  bench::faults faults_;
  bench::latency latency_;
};

} // namespace bench
