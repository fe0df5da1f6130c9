#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <vector>

namespace bench {

/// Times of which there are few, each kept: their quantiles are exact.
class samples {
public:
  void add(std::chrono::duration<double, std::micro> time) {
    auto at = std::upper_bound(sorted_.begin(), sorted_.end(), time.count());
    sorted_.insert(at, time.count());
  }

  /// Adds `time`, and with it the times of all that would have begun every
  /// `interval` of it, and waited until its end.
  void add_held_up(std::chrono::duration<double, std::micro> time,
                   std::chrono::duration<double, std::micro> interval) {
    for (; time.count() > 0; time -= interval)
      add(time);
  }

  std::size_t size() const noexcept { return sorted_.size(); }

  /// The least of them, in microseconds, that the given share of all does not
  /// exceed; 0 if there are none.
  double quantile(double share) const noexcept {
    if (sorted_.empty())
      return 0;
    auto rank = std::ceil(share * static_cast<double>(sorted_.size()));
    return sorted_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }

  double max() const noexcept { return quantile(1); }

private:
  std::vector<double> sorted_;
};

} // namespace bench
