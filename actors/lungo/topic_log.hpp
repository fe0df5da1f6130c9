#pragma once

#include "lungo/caf.hpp"
#include "lungo/messages.hpp"
#include "lungo/topic/log.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace lungo {

/// What a log is made of.
struct topic_log_parts {
  std::uint64_t epoch = 0;
  topic::log_limits limits;
  std::map<std::string, topic::limits> declared;
  /// Octets on their way to this log; it takes off what has arrived.
  std::shared_ptr<std::atomic<std::size_t>> booked;
};

/// The actor of all topics of a server: wakes the readers of `topic::log`, and
/// knows when they end. Runs on the scheduler.
///
/// A reader waits here with at most one pull. An event wakes the readers of its
/// topic in slices, each a message to itself, so that publishers and the
/// readers of other topics are served in between; a topic that is published to
/// while it is served is served once more, not once for each event.
///
/// Permanent: restarted by the supervisor if it dies. `on_exit` tells all
/// readers, which subscribe to its next life.
class topic_log : public topic_log_actor::base {
public:
  topic_log(caf::actor_config& cfg, topic_log_parts parts);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "lungo.topic_log"; }

private:
  struct fanout;

  /// Where a reader stands among those of a topic.
  struct seat {
    fanout* at;
    std::size_t index;
  };

  struct subscriber {
    connection_actor who;
    topic::reader reader;
    std::string as;
    std::vector<seat> seats;
    std::size_t budget = 0; ///< Of the pull that waits; 0: none does.
    std::uint64_t told = 0; ///< The last position that its client knows.
  };

  /// The readers of one topic.
  struct fanout {
    topic::history* topic;
    std::vector<subscriber*> readers;
    std::size_t next = 0;   ///< Who is served next.
    bool due = false;       ///< Is it being served?
    bool once_more = false; ///< From the start, when all have been.
  };

  caf::result<publish_result> publish(msg::publish& what);
  void subscribe(const msg::subscribe& what);
  void join(const msg::join& what);
  void part(const msg::part& what);
  void pull(const msg::pull& what);
  void watch(const msg::watch& what);
  std::uint64_t lag_in(const topic::history& topic) const;
  topic::statistics report(const topic::ask_statistics& what) const;

  subscriber* sender();
  void seat_at(subscriber& who, topic::history& topic);
  void leave_seat(subscriber& who, std::size_t number);
  void drop(subscriber& who);
  void on_down(const caf::down_msg& what);

  void wake(fanout& readers);
  void queue_wake();
  void wake_next();
  void serve(subscriber& who);
  bool stale(const subscriber& who) const;
  void tell(subscriber& who, msg::feed what);

  template <class News>
  void notify(const subscriber& who, const fanout& topic, std::size_t readers);

  void tick();
  void forget_unread();
  void keep_ticking();

  topic::log log_;
  std::shared_ptr<std::atomic<std::size_t>> booked_;
  std::unordered_map<caf::actor_id, subscriber> subscribers_;
  std::unordered_map<const topic::history*, fanout> fanouts_;
  std::deque<fanout*> due_;
  std::multimap<std::string, presence_actor> watchers_;
  std::size_t unserved_ = 0; ///< Publications since the last slice.
  bool wake_queued_ = false;
  bool ticking_ = false;
};

} // namespace lungo
