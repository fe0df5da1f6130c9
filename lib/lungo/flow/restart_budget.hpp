#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace lungo::flow {

/// Says whether one more restart is sane: at most `most` within `window`. What
/// fails more often than that will fail again. The caller brings the time.
class restart_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  restart_budget(std::size_t most, std::chrono::milliseconds window)
    : most_(most),
      window_(window) {}

  /// Counts a restart at `now`; false if it is one too many.
  bool spend(time_point now);

private:
  std::size_t most_;
  std::chrono::milliseconds window_;
  std::deque<time_point> spent_;
};

} // namespace lungo::flow
