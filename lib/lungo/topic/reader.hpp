#pragma once

#include "lungo/topic/history.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::topic {

/// What happens to a reader that a topic has overtaken: an event that it has
/// not been handed yet is gone.
enum class lag_policy : std::uint8_t {
  disconnect, ///< It ends, `too_slow`; its client resumes, and is told.
  skip,       ///< It goes on at the newest event, behind a gap.
  coalesce,   ///< It goes on behind a gap; it always gets the newest of a key
              ///< only. The key of an event without one is its name.
};

/// Which events of its topics a reader wants.
struct filter {
  /// Types of events (`sse::event::type`); empty: all.
  std::vector<std::string> names{};
  /// Runs where the topics live, for each event and reader: brief, and without
  /// a lock. One that throws takes the event.
  std::function<bool(const sse::event&)> accepts{};

  bool wants(const sse::event& what) const;
  bool wants_all() const noexcept { return names.empty() && !accepts; }
};

/// What a reader is handed: an event, or a gap in its place.
struct item {
  flow::frame what;
  std::shared_ptr<const gap> missing; ///< What `what` tells of, if it does.
  bool resumes = false; ///< May a client come back to the end of that?
};

/// All that a reader gets at a time.
struct batch {
  std::vector<item> items;
  position reached;       ///< Behind this batch; where to resume.
  std::uint64_t told = 0; ///< The last place that an id in it is of; 0: none.
  std::size_t bytes = 0;  ///< Of all frames.
  bool too_slow = false;  ///< There will be no more: see `lag_policy`.
  bool for_all = true;    ///< Would each reader at that place get the same?
};

/// One reader of topics of one log: a cursor in the order of the log, and where
/// that is in each topic. Events of several topics are merged into the order of
/// the log; within a topic every event comes once, or is skipped by the filter,
/// or is within a gap. Gaps come before all that is behind their beginning:
/// wherever a client is cut, it has been told of all that it misses up to its
/// last id. Live and replay are the same.
class reader {
public:
  reader(std::uint64_t epoch, form as, lag_policy slow, std::uint64_t self);

  /// Reads on behind that event of the log.
  void start_at(std::uint64_t seq) noexcept { cursor_ = seq; }

  /// Tells its position before anything else.
  void announce() noexcept { announces_ = true; }

  /// Adds a topic: from its event `number` on, which is the first one behind
  /// `had_to` in the order of the log.
  void add(history& of, filter which, std::uint64_t number,
           std::uint64_t had_to);

  /// Adds a topic whose events up to `to` are lost for this reader, behind
  /// `from`.
  void add_behind_gap(history& of, filter which, std::string from,
                      std::uint64_t to, std::optional<std::uint64_t> count);

  bool remove(const history& of);
  bool reads(const history& of) const;

  /// Takes what is next, up to `budget` octets; while any is left the next
  /// event comes. Empty if all has been read.
  /// @param head the sequence number of the log's newest event.
  batch read(std::size_t budget, std::uint64_t head);

  /// Is there anything to read?
  bool behind() const;

  /// Has one of its topics overtaken it, and is it to end then?
  bool too_slow() const;

  /// By how many events, in that topic.
  std::uint64_t lag(const history& of) const;

  /// The topics that it reads.
  std::vector<history*> topics() const;

  /// Does it read one topic, all of it?
  bool plain() const;

  /// Are two plain readers at the same place, and get the same?
  bool alike(const reader& other) const;

  /// Goes to where a reader is that was alike.
  void follow(const reader& other);

  position cursor() const noexcept { return {epoch_, cursor_}; }

private:
  struct hole {
    std::string from;
    std::uint64_t to;
    std::optional<std::uint64_t> count;
  };

  struct part {
    history* of;
    filter which;
    std::uint64_t next; ///< Number of the event that it wants.
    std::optional<hole> missing{};
    std::uint64_t had_to = 0; ///< What it had, or was told of, at the least.
  };

  bool overtaken(part& of);
  part* advance(batch& into);
  part* earliest();
  void take(part& from, batch& into);
  void tell(part& of, batch& into);
  static bool comes_before(const part& one, const part& other);
  static bool had_all_to(std::uint64_t seq, const part* next);
  bool passes(const part& of, const entry& what) const;
  bool superseded(const part& of, const entry& what, batch& into) const;

  std::uint64_t epoch_;
  std::uint64_t cursor_ = 0;
  std::uint64_t owed_ = 0; ///< The end of gaps that were told without an id.
  std::uint64_t self_;
  form form_;
  lag_policy slow_;
  bool announces_ = false;
  std::vector<part> parts_;
};

} // namespace lungo::topic
