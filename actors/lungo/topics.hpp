#pragma once

#include "lungo/caf.hpp"
#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lungo {

/// What a publisher may say besides the event.
struct publish_options {
  /// The publisher's own name for the event: within the topic's window, the
  /// same one again is not published a second time.
  std::string message_id{};
  /// The reader that does not get it: the id of a connection's actor
  /// (`self->id()`), so that a sender does not hear itself. What that client
  /// reads after it has reconnected is not excepted.
  caf::actor_id except = 0;
};

/// What a connection may say about the topics it reads.
struct subscribe_options {
  /// Only events of these names; empty: all.
  std::vector<std::string> events{};
  /// Only events for which this holds. Runs in the actor that holds the topics,
  /// for each event and reader: brief, without a lock, and safe to call after
  /// the route is gone.
  std::function<bool(const sse::event&)> accepts{};
  /// What is wanted of single topics, by their names, in place of both.
  std::map<std::string, topic::filter> per_topic{};
  /// What happens when a topic overtakes this reader.
  topic::lag_policy slow = topic::lag_policy::disconnect;
  /// Where a client begins that brings no position.
  topic::beginning from = topic::beginning::now;
  /// What a client is answered that cannot go on where it left off.
  topic::gap_policy on_gap = topic::gap_policy::tell;
  /// Called in the connection's actor in place of the `gap` event: here it may
  /// push a snapshot. What it asks other actors for with `await` comes before
  /// the events behind the gap.
  std::function<void(const topic::gap&)> bridge{};
  /// What presence calls this reader.
  std::string as{};
};

/// The topics of one server: a value, copied as a handle is, that any thread
/// may use. All of them share one log, and so one order of events.
///
///     app.topics().publish("prices", lungo::sse::event{"42"});
class topics {
public:
  /// Starts a log of its own. A server has one already: `server::topics`. It
  /// runs until `stop`; the actor system must outlive it.
  topics(caf::actor_system& sys, const settings& config);

  /// Adds an event to a topic; its readers get it as fast as each can.
  /// @returns `bad_request` for a name or event that cannot be, `unavailable`
  ///          if more is on its way than the topics have room for (see
  ///          `settings::topics_inbox_bytes`): nothing was published then. Of
  ///          a fault that only the topics know (too large, no such topic) the
  ///          log tells; who has to know asks the actor with `msg::publish`.
  result<void> publish(std::string topic, sse::event what,
                       publish_options how = {}) const;

  /// Gives a topic limits of its own. To be called before anybody uses it.
  void declare(std::string topic, topic::limits how) const;

  /// Tells `who` who reads a topic: at once of those who do, then of each who
  /// comes and goes, until `who` ends.
  void watch(std::string topic, presence_actor who) const;

  /// The actor that holds them, to be asked with typed messages. After a
  /// restart it is another one.
  topic_log_actor actor() const;

  /// Begins a new life of the log, with an empty history, after it has died.
  topic_log_actor restart() const;

  /// Ends it, for good, and with it the reading of all its readers.
  void stop() const;

  /// Has it been told to end?
  bool stopped() const;

private:
  class directory;

  std::shared_ptr<directory> directory_;
};

} // namespace lungo
