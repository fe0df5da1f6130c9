#pragma once

#include "lungo/topic/limits.hpp"
#include "lungo/topic/publication.hpp"
#include "lungo/topic/reader.hpp"
#include "lungo/topic/subscription.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::topic {

/// Orders the events of many topics by one sequence, so that one position
/// resumes a reader of several of them. A value without thread and clock: the
/// caller brings the time, and wakes readers.
class log {
public:
  log(std::uint64_t epoch, const log_limits& how);

  /// Makes a topic with limits of its own, which it has again when it comes
  /// back after its end. One that is there already keeps its history, and its
  /// limits.
  /// @returns `bad_request` for what is no name; `unavailable` if there are too
  ///          many topics.
  result<void> declare(const std::string& topic, const limits& how,
                       time_point now);

  /// Adds an event to a topic.
  /// @returns `bad_request`, `not_found` (no such topic, and none is made on
  ///          demand), `unavailable` (too many topics), `content_too_large`.
  result<published> publish(const std::string& topic, publication what,
                            time_point now);

  /// Makes a reader. It must be given back by `leave`.
  /// @returns as `publish`, and `gone` if it cannot go on where it wants to and
  ///          is not to be told by a gap.
  result<reader> subscribe(const subscription& how, time_point now);

  /// Adds a topic to what a reader reads, from now on; no effect if it reads
  /// that one.
  result<void> join(reader& who, const std::string& topic, filter which,
                    time_point now);

  /// The reader reads that topic no more.
  void part(reader& who, std::string_view topic, time_point now);
  void leave(reader& who, time_point now);

  /// What is next for that reader. Readers that are alike share one batch.
  std::shared_ptr<const batch> read(reader& who, std::size_t budget);

  /// Lets go of what is too old, and of topics that nobody uses.
  /// @returns the names of those.
  std::vector<std::string> expire(time_point now);

  history* find(std::string_view topic);
  bool empty() const noexcept { return topics_.empty(); }
  position head() const noexcept { return {epoch_, head_}; }

  template <class F>
  void for_each(F f) const {
    for (auto& [name, each] : topics_)
      f(*each);
  }

private:
  /// The last batch, for readers that are where that one's reader was.
  struct memo {
    reader before;
    reader behind;
    std::size_t budget;
    std::shared_ptr<const batch> made;
    std::uint64_t head;
    counters before_read;
    counters after_read;
  };

  result<history*> open(const std::string& topic, time_point now);
  result<history*> make(const std::string& topic, const limits& how,
                        time_point now);
  result<void> begin(reader& who, const subscription& how, const filter& which,
                     history& topic);
  bool fits(const memo& kept, const reader& who, std::size_t budget) const;

  std::uint64_t epoch_;
  std::uint64_t head_ = 0;
  std::uint64_t ended_to_ = 0; ///< Events of topics that ended are not newer.
  bool single_ = true;         ///< No second topic has ever been.
  log_limits limits_;
  std::map<std::string, std::unique_ptr<history>, std::less<>> topics_;
  std::map<std::string, limits> declared_;
  std::optional<memo> memo_;
};

} // namespace lungo::topic
