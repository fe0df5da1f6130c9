#pragma once

#include <cstdint>
#include <set>

namespace bench {

/// What may go wrong with numbered events, over all streams.
struct faults {
  std::uint64_t lost = 0;         ///< Never came, though later ones did.
  std::uint64_t repeated = 0;     ///< Came twice.
  std::uint64_t out_of_order = 0; ///< Came after a later one.
  std::uint64_t stalled = 0;      ///< Silences that were too long.

  faults& operator+=(const faults& other) noexcept {
    lost += other.lost;
    repeated += other.repeated;
    out_of_order += other.out_of_order;
    stalled += other.stalled;
    return *this;
  }
};

/// Checks the numbers of one stream.
class tally {
public:
  /// The next event is to have the number behind `id`.
  void begin_after(std::uint64_t id) noexcept { last_ = id; }

  void count(std::uint64_t id, faults& sum) {
    if (id == last_ + 1) {
      last_ = id;
    } else if (id > last_) {
      sum.lost += id - last_ - 1;
      while (++last_ < id)
        missing_.insert(last_);
    } else if (missing_.erase(id) > 0) {
      --sum.lost;
      ++sum.out_of_order;
    } else {
      ++sum.repeated;
    }
  }

  std::uint64_t last() const noexcept { return last_; }

  /// Have all come, up to this one?
  bool complete(std::uint64_t id) const noexcept {
    return last_ == id && missing_.empty();
  }

private:
  std::uint64_t last_ = 0;
  std::set<std::uint64_t> missing_;
};

} // namespace bench
