#pragma once

#include "arrivals.hpp"
#include "connection.hpp"
#include "poller.hpp"
#include "websocket_reader.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <string>

namespace bench {

/// Many streams from one server, each event of each checked. `Reader` knows
/// what a stream is: what asks for one, and what comes.
template <class Reader>
class basic_streams {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Opens `count` streams and returns when the head of each has come.
  basic_streams(std::uint16_t port, std::string_view target, std::size_t count);

  /// The next event of each stream is to have the number behind `id`.
  void begin_after(std::uint64_t id) {
    for (auto& one : all_)
      one.numbers.begin_after(id);
  }

  /// Reads what is there; calls `on_event` with the index of a stream and the
  /// number of the event that came over it. Looks at `most` of them at a time.
  template <class F>
  void poll(F on_event, std::size_t most = poller::batch) {
    poller_.poll(
      [this, &on_event](std::size_t index) {
        auto& one = all_[index];
        auto now = std::chrono::steady_clock::now();
        auto before = so_far_.events;
        one.reader.put(one.socket.read(), [&](const event& e) {
          so_far_.count(e, one.numbers, now);
          on_event(index, e.id);
        });
        if (so_far_.events != before)
          one.heard_at = now;
      },
      most);
  }

  /// Sends `octets` over one of them.
  void send(std::size_t index, std::string_view octets) {
    all_[index].socket.send(octets);
  }

  /// Counts each stream that has said nothing for `limit` as stalled, once per
  /// limit.
  void count_silent(std::chrono::milliseconds limit);

  /// Counts one stream as stalled if it has not got as far as `id`.
  void count_behind(std::size_t index, std::uint64_t id) {
    if (all_[index].numbers.last() < id)
      ++so_far_.faults.stalled;
  }

  void forget_latency() noexcept { so_far_.latency = {}; }

  /// Streams that have all events up to `id`, and none behind it.
  std::size_t complete(std::uint64_t id) const {
    return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [id](const stream& one) {
        return one.numbers.complete(id);
      }));
  }

  std::size_t size() const noexcept { return all_.size(); }
  std::uint64_t events() const noexcept { return so_far_.events; }
  const arrivals& so_far() const noexcept { return so_far_; }

private:
  struct stream {
    explicit stream(std::uint16_t port) : socket(port) {}
    connection socket;
    Reader reader;
    tally numbers;
    time_point heard_at{};
  };

  void read_heads(std::size_t unanswered_max);

  poller poller_;
  std::deque<stream> all_;
  std::size_t answered_ = 0;
  arrivals so_far_;
};

/// Event streams.
using streams = basic_streams<event_reader>;

/// WebSockets that hear their own messages.
using websockets = basic_streams<websocket_reader>;

template <class Reader>
basic_streams<Reader>::basic_streams(std::uint16_t port,
                                     std::string_view target,
                                     std::size_t count) {
  // So that the server's queue of new sockets does not overflow.
  constexpr std::size_t unanswered_at_once = 100;
  for (std::size_t i = 0; i < count; ++i) {
    all_.emplace_back(port);
    poller_.watch(all_.back().socket.fd(), i);
    all_.back().socket.request("GET", target, Reader::fields);
    read_heads(unanswered_at_once);
  }
  read_heads(0);
  for (auto now = std::chrono::steady_clock::now(); auto& one : all_)
    one.heard_at = now;
}

template <class Reader>
void basic_streams<Reader>::read_heads(std::size_t unanswered_max) {
  constexpr std::chrono::seconds patience{20};
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (all_.size() - answered_ > unanswered_max) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the server does not answer");
    poller_.poll([this](std::size_t index) {
      auto& one = all_[index];
      auto open = one.reader.open();
      one.reader.put(one.socket.read(), [&](const event& e) {
        one.numbers.count(e.id, so_far_.faults);
        ++so_far_.events;
      });
      if (one.reader.open() && !open)
        ++answered_;
    });
  }
}

template <class Reader>
void basic_streams<Reader>::count_silent(std::chrono::milliseconds limit) {
  auto now = std::chrono::steady_clock::now();
  for (auto& one : all_) {
    if (now - one.heard_at > limit) {
      ++so_far_.faults.stalled;
      one.heard_at = now;
    }
  }
}

} // namespace bench
