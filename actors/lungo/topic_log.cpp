#include "lungo/topic_log.hpp"

#include "lungo/log.hpp"

#include <caf/system_messages.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lungo {

namespace {

/// Readers served in one go.
constexpr std::size_t slice = 256;
/// As often as that a slice is served, however many publications wait: else a
/// flood of them would overtake the readers of its topic.
constexpr std::size_t publications_per_slice = 8;
constexpr std::chrono::milliseconds tick_every{1000};

} // namespace

topic_log::topic_log(caf::actor_config& cfg, topic_log_parts parts)
  : topic_log_actor::base(cfg),
    log_(parts.epoch, parts.limits),
    booked_(std::move(parts.booked)) {
  for (auto& [topic, how] : parts.declared)
    log_.declare(topic, how, clock().now());
}

topic_log::behavior_type topic_log::make_behavior() {
  log_crashes(*this);
  set_down_handler([this](const caf::down_msg& what) { on_down(what); });
  keep_ticking();
  return {
    // Handlers are tried in this order: the most frequent first.
    [this](const msg::pull& what) { pull(what); },
    [this](msg::publish& what) { return publish(what); },
    [this](const msg::wake&) {
      wake_queued_ = false;
      wake_next();
    },
    [this](const msg::subscribe& what) { subscribe(what); },
    [this](const msg::join& what) { join(what); },
    [this](const msg::part& what) { part(what); },
    [this](const msg::declare& what) {
      auto made = log_.declare(what.topic, what.how, clock().now());
      if (!made)
        log::warn(made.error().message);
      keep_ticking();
    },
    [this](const msg::watch& what) { watch(what); },
    [this](const topic::ask_statistics& what) { return report(what); },
    [this](const msg::tick&) { tick(); },
  };
}

/// Those who watch hear that all have left; in the next life they come again.
void topic_log::on_exit() {
  for (auto& [id, each] : subscribers_)
    tell(each, {msg::feed::news::gone});
  while (!subscribers_.empty())
    drop(subscribers_.begin()->second);
  fanouts_.clear();
  due_.clear();
  watchers_.clear();
}

// -- publishing ---------------------------------------------------------------

caf::result<publish_result> topic_log::publish(msg::publish& what) {
  if (booked_)
    booked_->fetch_sub(what.booked);
  auto made = log_.publish(what.topic, std::move(what.what), clock().now());
  if (made && !made->duplicate) {
    auto found = fanouts_.find(log_.find(what.topic));
    if (found != fanouts_.end())
      wake(found->second);
    if (++unserved_ >= publications_per_slice)
      wake_next();
    keep_ticking();
  }
  if (current_mailbox_element()->mid.is_request())
    return publish_result{made};
  if (!made)
    log::warn(fmt::format("nothing was published to {}: {}", what.topic,
                          made.error().message));
  return caf::delegated<publish_result>{};
}

// -- waking -------------------------------------------------------------------

void topic_log::wake(fanout& readers) {
  if (std::exchange(readers.due, true)) {
    readers.once_more = true;
    return;
  }
  readers.next = 0;
  due_.push_back(&readers);
  queue_wake();
}

void topic_log::queue_wake() {
  if (!due_.empty() && !std::exchange(wake_queued_, true))
    send(this, msg::wake{});
}

/// Serves a slice of the topic whose turn it is; then the next has its turn.
void topic_log::wake_next() {
  unserved_ = 0;
  if (due_.empty())
    return;
  auto& readers = *due_.front();
  due_.pop_front();
  auto end = std::min(readers.next + slice, readers.readers.size());
  while (readers.next < std::min(end, readers.readers.size())) {
    auto& who = *readers.readers[readers.next++];
    if (who.budget > 0)
      serve(who);
  }
  if (readers.next < readers.readers.size()) {
    due_.push_back(&readers);
  } else if (std::exchange(readers.once_more, false)) {
    readers.next = 0;
    due_.push_back(&readers);
  } else {
    readers.due = false;
  }
  queue_wake();
}

void topic_log::pull(const msg::pull& what) {
  auto* who = sender();
  if (!who)
    return;
  who->budget = std::max<std::size_t>(what.budget, 1);
  serve(*who);
}

/// Answers the pull that waits, if there is anything for it. A reader that is
/// to end is forgotten; it may be gone behind this.
void topic_log::serve(subscriber& who) {
  if (!who.reader.behind())
    return;
  auto batch = log_.read(who.reader, who.budget);
  if (batch->items.empty() && stale(who)) {
    who.reader.announce();
    batch = log_.read(who.reader, who.budget);
  }
  if (batch->items.empty() && !batch->too_slow)
    return;
  who.budget = 0;
  who.told = std::max(who.told, batch->told);
  auto ends = batch->too_slow;
  tell(who, {msg::feed::news::events, std::move(batch)});
  if (ends)
    drop(who);
}

/// Would its client, which has not heard of anything for long since nothing
/// passed its filter, soon seem to have missed what it did not want? It would
/// where its place has left the history.
bool topic_log::stale(const subscriber& who) const {
  return who.told < who.reader.cursor().seq
         && std::any_of(who.seats.begin(), who.seats.end(), [&](auto& each) {
              return who.told < each.at->topic->fading_to();
            });
}

void topic_log::tell(subscriber& who, msg::feed what) {
  send(who.who, std::move(what));
}

// -- readers ------------------------------------------------------------------

topic_log::subscriber* topic_log::sender() {
  auto found = current_sender() ? subscribers_.find(current_sender()->id())
                                : subscribers_.end();
  return found == subscribers_.end() ? nullptr : &found->second;
}

void topic_log::subscribe(const msg::subscribe& what) {
  if (auto found = subscribers_.find(what.who->id());
      found != subscribers_.end())
    return tell(found->second, {msg::feed::news::begun});
  auto made = log_.subscribe(what.how, clock().now());
  if (!made)
    return send(what.who,
                msg::feed{msg::feed::news::refused, {}, made.error()});
  monitor(what.who);
  auto added = subscribers_.emplace(
    what.who->id(), subscriber{what.who, std::move(*made), what.as, {}});
  auto& who = added.first->second;
  who.told = who.reader.cursor().seq;
  for (auto* each : who.reader.topics())
    seat_at(who, *each);
  tell(who, {msg::feed::news::begun});
  keep_ticking();
}

void topic_log::join(const msg::join& what) {
  auto* who = sender();
  if (!who)
    return;
  auto joined = log_.join(who->reader, what.topic, what.which, clock().now());
  if (!joined)
    return tell(*who, {msg::feed::news::refused, {}, joined.error()});
  auto& topic = *log_.find(what.topic);
  auto seated
    = std::any_of(who->seats.begin(), who->seats.end(),
                  [&](auto& each) { return each.at->topic == &topic; });
  if (!seated)
    seat_at(*who, topic);
}

void topic_log::part(const msg::part& what) {
  auto* who = sender();
  if (!who)
    return;
  for (std::size_t i = 0; i < who->seats.size(); ++i)
    if (who->seats[i].at->topic->name() == what.topic)
      return leave_seat(*who, i);
}

void topic_log::seat_at(subscriber& who, topic::history& topic) {
  auto& readers
    = fanouts_.try_emplace(&topic, fanout{&topic, {}}).first->second;
  who.seats.push_back({&readers, readers.readers.size()});
  readers.readers.push_back(&who);
  notify<topic::joined>(who, readers, readers.readers.size());
}

/// The last reader takes the seat that is left. If that one would be passed
/// over, all are served once more.
void topic_log::leave_seat(subscriber& who, std::size_t number) {
  auto [from, index] = who.seats[number];
  who.seats.erase(who.seats.begin() + static_cast<std::ptrdiff_t>(number));
  auto* last = from->readers.back();
  from->readers.pop_back();
  if (last != &who) {
    from->readers[index] = last;
    for (auto& each : last->seats)
      if (each.at == from)
        each.index = index;
    from->once_more = from->once_more || (from->due && index < from->next);
  }
  log_.part(who.reader, from->topic->name(), clock().now());
  notify<topic::left>(who, *from, from->readers.size());
}

void topic_log::drop(subscriber& who) {
  while (!who.seats.empty())
    leave_seat(who, who.seats.size() - 1);
  subscribers_.erase(who.who->id());
}

void topic_log::on_down(const caf::down_msg& what) {
  auto found = subscribers_.find(what.source.id());
  if (found != subscribers_.end())
    drop(found->second);
  std::erase_if(watchers_,
                [&](auto& each) { return each.second == what.source; });
}

// -- presence and statistics --------------------------------------------------

void topic_log::watch(const msg::watch& what) {
  monitor(what.who);
  watchers_.emplace(what.topic, what.who);
  auto found = fanouts_.find(log_.find(what.topic));
  if (found == fanouts_.end())
    return;
  std::size_t count = 0;
  for (auto* each : found->second.readers)
    send(what.who,
         topic::joined{what.topic, each->who->id(), each->as, ++count});
}

template <class News>
void topic_log::notify(const subscriber& who, const fanout& topic,
                       std::size_t readers) {
  auto [first, last] = watchers_.equal_range(topic.topic->name());
  for (; first != last; ++first)
    send(first->second,
         News{topic.topic->name(), who.who->id(), who.as, readers});
}

std::uint64_t topic_log::lag_in(const topic::history& topic) const {
  std::uint64_t most = 0;
  auto found = fanouts_.find(&topic);
  if (found != fanouts_.end())
    for (auto* each : found->second.readers)
      most = std::max(most, each->reader.lag(topic));
  return most;
}

topic::statistics topic_log::report(const topic::ask_statistics& what) const {
  topic::statistics out;
  log_.for_each([&](const topic::history& each) {
    if (what.topic.empty() || what.topic == each.name())
      out.topics.push_back({each.name(), each.readers, each.size(),
                            each.bytes(), lag_in(each), each.counted});
  });
  return out;
}

// -- time ---------------------------------------------------------------------

/// Readers that a topic has overtaken, and that may never pull again, end now.
void topic_log::tick() {
  ticking_ = false;
  std::vector<subscriber*> slow;
  for (auto& [id, each] : subscribers_)
    if (each.reader.too_slow())
      slow.push_back(&each);
  for (auto* each : slow) {
    each->budget = std::max<std::size_t>(each->budget, 1);
    serve(*each);
  }
  forget_unread();
  log_.expire(clock().now());
  for (auto& [id, each] : subscribers_)
    if (each.budget > 0 && !each.reader.behind() && stale(each)) {
      each.reader.announce();
      serve(each);
    }
  keep_ticking();
}

/// Before a topic ends that nobody reads: nothing points to it then.
void topic_log::forget_unread() {
  std::erase_if(due_, [](auto* each) { return each->readers.empty(); });
  std::erase_if(fanouts_,
                [](auto& each) { return each.second.readers.empty(); });
}

/// An idle log sleeps.
void topic_log::keep_ticking() {
  if (log_.empty() || std::exchange(ticking_, true))
    return;
  delayed_send(this, tick_every, msg::tick{});
}

} // namespace lungo
