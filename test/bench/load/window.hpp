#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace bench {

/// Events that are on their way to many streams, at most `size` at a time. An
/// event has arrived when all streams have it.
class window {
public:
  window(std::size_t size, std::size_t each, std::uint64_t last)
    : size_(size),
      streams_(each),
      arrived_(last) {}

  std::size_t room() const noexcept { return size_ - missing_.size(); }
  bool empty() const noexcept { return missing_.empty(); }
  std::uint64_t published() const noexcept {
    return arrived_ + missing_.size();
  }

  void publish(std::size_t count) {
    missing_.insert(missing_.end(), count, streams_);
  }

  /// One stream has got event `id`.
  void arrived(std::uint64_t id) {
    if (id <= arrived_ || id > published())
      return;
    --missing_[id - arrived_ - 1];
    while (!missing_.empty() && missing_.front() == 0) {
      missing_.pop_front();
      ++arrived_;
    }
  }

private:
  std::size_t size_;
  std::size_t streams_;
  std::uint64_t arrived_; ///< All streams have the events up to this one.
  std::deque<std::size_t> missing_; ///< Streams that lack each event after it.
};

} // namespace bench
