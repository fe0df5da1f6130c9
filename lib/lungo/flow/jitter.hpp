#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace lungo::flow {

/// Spreads over time what would else happen to many at once. All it draws
/// follows from its seed.
class jitter {
public:
  explicit jitter(std::uint64_t seed) : engine_(seed) {}

  /// Any pause from `least` to `most`, both included, one as likely as another.
  /// @param most not less than `least`.
  std::chrono::milliseconds between(std::chrono::milliseconds least,
                                    std::chrono::milliseconds most);

  /// `whole`, or up to a tenth less.
  /// @param whole not less than zero.
  std::chrono::milliseconds shortened(std::chrono::milliseconds whole);

private:
  std::mt19937_64 engine_;
};

} // namespace lungo::flow
