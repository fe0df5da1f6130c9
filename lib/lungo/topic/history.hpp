#pragma once

#include "lungo/topic/counters.hpp"
#include "lungo/topic/entry.hpp"
#include "lungo/topic/limits.hpp"
#include "lungo/topic/publication.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lungo::topic {

/// The history of one topic: its last events within the bounds of `limits`, and
/// what it needs to know of those before. Numbers in it have no hole, so an
/// event is found by its own without a search.
class history {
public:
  /// @param lost_to events of this name up to there may have been, in an
  ///                earlier life of the topic.
  history(std::string name, const limits& how, std::uint64_t lost_to,
          time_point now);

  history(const history&) = delete;
  history& operator=(const history&) = delete;

  /// Adds an event, and lets go of what has no room any more.
  void append(entry what, std::string message_id);

  /// The sequence number under which this was published lately; 0 if not.
  std::uint64_t find(const std::string& message_id, time_point now);

  /// Lets go of what is too old.
  void expire(time_point now);

  /// May it end? It has no reader, its time without one is over, and so is that
  /// of the message ids it has to know. To be asked behind `expire`.
  bool unused(time_point now) const;

  const std::string& name() const noexcept { return name_; }
  const limits& how() const noexcept { return limits_; }
  bool empty() const noexcept { return events_.empty(); }
  std::size_t size() const noexcept { return events_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  /// Numbers of the oldest event that is there, or would be, and the newest.
  std::uint64_t first() const noexcept { return last_ + 1 - events_.size(); }
  std::uint64_t last() const noexcept { return last_; }

  /// Of the newest event that is gone; 0 if none is.
  std::uint64_t lost_to() const noexcept { return lost_to_; }

  /// Up to there events are gone, or in the older half of what is kept, and go
  /// soon; by age alone they go without that.
  std::uint64_t fading_to() const;

  /// The event of that number, from `first` to `last`.
  const entry& at(std::uint64_t number) const;

  /// The number of the first event behind `seq`; `last() + 1` if none is.
  std::uint64_t behind(std::uint64_t seq) const;

  /// The newest event with that key.
  const entry* newest(const std::string& key) const;

  /// The event of that number, encoded at the first call for all.
  const flow::frame& encoded(std::uint64_t number, form as);

  void touch(time_point now) noexcept { used_ = now; }

  std::size_t readers = 0; ///< Kept by the log.
  counters counted;        ///< `delivered` and what follows by the readers.

private:
  struct known_id {
    std::string id;
    time_point since;
  };

  bool over() const noexcept;
  void drop_oldest();
  void remember(std::string message_id, std::uint64_t seq, time_point now);
  void forget(time_point now);
  void forget_oldest_id();

  std::string name_;
  limits limits_;
  std::deque<entry> events_;
  std::unordered_map<std::string, std::uint64_t> newest_; ///< Number by key.
  std::unordered_map<std::string, std::uint64_t> seqs_;   ///< By message id.
  std::deque<known_id> known_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t lost_to_;
  time_point used_;
};

} // namespace lungo::topic
