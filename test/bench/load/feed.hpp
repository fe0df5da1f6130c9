#pragma once

#include "options.hpp"
#include "publisher.hpp"
#include "streams.hpp"
#include "window.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// Streams that all get the same events, and who has these published: up to
/// the window of the options may be on their way. Each has a request of its own
/// where the options say so.
class feed {
public:
  /// @param events where the streams are.
  /// @param publish what has events published, up to their number.
  /// @param count of streams.
  /// @param at_once the most that one request publishes.
  feed(const options& o, std::string_view events, std::string publish,
       std::size_t count, std::size_t at_once);

  void publish_for(std::chrono::steady_clock::duration length);

  /// Publishes `count` events and reads until every stream has them. False if
  /// nothing came for too long.
  bool publish(std::size_t count);

  /// Reads, and publishes nothing.
  void read_until(std::chrono::steady_clock::time_point when);

  /// The latencies so far do not count.
  void forget_latency() noexcept { all_.forget_latency(); }

  /// Reads what is under way, for as long as more of it comes, and counts as
  /// stalled who has not got it all.
  void finish();

  /// Streams that have each event that was published.
  std::size_t complete() const;

  const streams& all() const noexcept { return all_; }

private:
  std::uint64_t first_answer();
  std::size_t publish_some(std::size_t most);
  void read(std::size_t most = poller::batch);

  std::chrono::milliseconds stall_after_;
  std::size_t at_once_;
  streams all_;
  publisher publisher_;
  window under_way_;
};

} // namespace bench
