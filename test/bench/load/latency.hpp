#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace bench {

/// How long events were on their way, to within a 32nd.
class latency {
public:
  void add(std::uint64_t nanoseconds) noexcept {
    ++slots_[slot_of(nanoseconds)];
    ++count_;
  }

  latency& operator+=(const latency& other) noexcept {
    for (std::size_t i = 0; i < slots_.size(); ++i)
      slots_[i] += other.slots_[i];
    count_ += other.count_;
    return *this;
  }

  /// Microseconds that the given share of all events stayed below.
  double quantile(double share) const noexcept {
    auto wanted
      = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if ((seen += slots_[i]) > wanted)
        return static_cast<double>(upper_end(i)) / 1000.0;
    return 0;
  }

private:
  /// As many slots, as a power of two, for each power of two.
  static constexpr unsigned parts_bits = 5;

  static std::size_t slot_of(std::uint64_t value) noexcept {
    constexpr std::uint64_t parts = 1 << parts_bits;
    if (value < parts)
      return value;
    auto shift = static_cast<unsigned>(std::bit_width(value)) - parts_bits - 1;
    return (shift << parts_bits) + (value >> shift);
  }

  static std::uint64_t upper_end(std::size_t slot) noexcept {
    constexpr std::uint64_t parts = 1 << parts_bits;
    if (slot < 2 * parts)
      return slot + 1;
    auto shift = (slot >> parts_bits) - 1;
    return ((slot & (parts - 1)) + parts + 1) << shift;
  }

  std::array<std::uint64_t, 64 << parts_bits> slots_{};
  std::uint64_t count_ = 0;
};

} // namespace bench
