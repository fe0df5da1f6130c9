#pragma once

#include "lungo/topic/log.hpp"

#include "topic_wire.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Topics, said in the plainest way: nothing that was published is forgotten,
/// and each question looks at all of it.
namespace lungo::topic::test {

/// Not an assertion of doctest: there are millions.
inline void demand(bool holds, const char* what) {
  if (!holds)
    throw std::runtime_error(what);
}

/// One event that was published.
struct said {
  std::uint64_t seq;
  std::string topic;
  std::string name;
  std::string key;
  std::uint64_t except;

  std::string type() const { return name.empty() ? "message" : name; }
  /// What makes a newer one stand for it.
  std::string stands_for() const { return key.empty() ? type() : key; }
};

/// All that was published in one life of a log.
struct truth {
  std::uint64_t epoch;
  std::vector<said> all{};    ///< In their order; the first has number 1.
  std::uint64_t ended_to = 0; ///< The newest event of topics that ended.

  /// How many of a topic are behind `from`, up to `to`?
  std::uint64_t count(const std::string& topic, std::uint64_t from,
                      std::uint64_t to) const {
    std::uint64_t found = 0;
    for (auto& each : all)
      found += each.topic == topic && each.seq > from && each.seq <= to;
    return found;
  }

  void topic_ends(const std::string& topic) {
    for (auto& each : all)
      if (each.topic == topic)
        ended_to = std::max(ended_to, each.seq);
  }

  std::optional<std::uint64_t> place_of(const std::string& id) const {
    auto at = parse_position(id);
    return at && at->epoch == epoch ? std::optional{at->seq} : std::nullopt;
  }
};

/// Which events a client wants, said once more than in `filter`.
enum class taste : std::uint8_t { all, ticks, unnamed, even, failing };
inline constexpr std::size_t tastes = 5;

inline bool is_even(const sse::event& what) {
  return std::stoul(*what.data()) % 2 == 0;
}

inline filter filter_of(taste which) {
  switch (which) {
  case taste::all:
    return {};
  case taste::ticks:
    return {{"tick"}, {}};
  case taste::unnamed:
    return {{"message"}, {}};
  case taste::even:
    return {{}, is_even};
  case taste::failing:
    return {{}, [](const sse::event& what) {
              return is_even(what) ? true
                                   : throw std::runtime_error("a filter");
            }};
  }
  return {};
}

inline bool likes(taste which, const said& what) {
  switch (which) {
  case taste::all:
  case taste::failing:
    return true;
  case taste::ticks:
    return what.name == "tick";
  case taste::unnamed:
    return what.name.empty();
  case taste::even:
    return what.seq % 2 == 0;
  }
  return false;
}

struct manners {
  std::set<std::string> topics;
  taste which = taste::all;
  form as = form::event_stream;
  lag_policy slow = lag_policy::disconnect;
  beginning from = beginning::now;
  gap_policy on_gap = gap_policy::tell;
};

/// A client that comes back with the last id that it saw, and judges all that
/// it hears by what is true.
class client {
public:
  client(std::uint64_t self, manners how) : self_(self), how_(std::move(how)) {}

  bool connected() const { return reader_.has_value(); }
  const manners& how() const { return how_; }

  // -- a connection -----------------------------------------------------------

  void connect(log& at, const truth& known, time_point now) {
    auto made = at.subscribe(asks(), now);
    if (made.has_error()) {
      demand(made.error().code == errc::gone, "refused, and not as gone");
      demand(misses_something(at, known), "refused without a gap");
      // It loads a snapshot.
      last_id_.clear();
      made = at.subscribe(asks(), now);
    }
    reader_.emplace(std::move(made.value()));
    ear_ = listener{how_.as};
    came_with_ = last_id_;
    reached_ = known.place_of(last_id_).value_or(0);
    if (last_id_.empty())
      begin_anew(at);
  }

  /// The log hands it a batch, which is on its way then.
  void read(log& at, std::size_t budget) {
    auto made = at.read(*reader_, budget);
    std::size_t bytes = 0;
    for (auto& each : made->items)
      bytes += each.what.size();
    demand(made->bytes == bytes, "a wrong size");
    demand(!made->items.empty() || made->too_slow || !reader_->behind(),
           "an empty batch, though there is more");
    wire_ += octets_of(*made);
    too_slow_ = made->too_slow;
  }

  bool behind() const { return reader_->behind(); }
  bool too_slow() const { return too_slow_; }
  std::size_t on_its_way() const { return wire_.size(); }

  /// So many octets arrive.
  void hear(std::size_t octets, const truth& known) {
    auto said = ear_.feed(std::string_view{wire_}.substr(0, octets));
    wire_.erase(0, octets);
    for (auto& each : said) {
      if (each.type == "gap")
        hear_gap(read_gap(each.data), known);
      else
        hear_event(each, known);
      learn(each.id, known);
    }
    learn(ear_.last_id(), known);
  }

  /// What has not arrived yet never does.
  void cut() {
    wire_.clear();
    told_to_.clear();
    parted_.clear();
    too_slow_ = false;
    reader_.reset();
  }

  void leave(log& at, time_point now) {
    at.leave(*reader_, now);
    cut();
  }

  void join(log& at, const std::string& topic, time_point now) {
    at.join(*reader_, topic, filter_of(how_.which), now).value();
    if (how_.topics.insert(topic).second)
      since_[topic] = at.head().seq;
  }

  void part(log& at, const std::string& topic, time_point now) {
    at.part(*reader_, topic, now);
    how_.topics.erase(topic);
    parted_.insert(topic);
  }

  // -- what is true -----------------------------------------------------------

  /// A new life of the log, which knows nothing of the one before.
  void log_restarts() {
    cut();
    got_.clear();
    told_.clear();
    since_.clear();
  }

  /// When all has been read: does it have all that there is?
  void judge_all(const truth& known) const {
    auto had = known.place_of(last_id_);
    // Who left the topic of its gap before that was told knows of none.
    demand(had || !came_with_.empty() || how_.from == beginning::oldest,
           "no position");
    for (auto& each : known.all)
      if (each.seq > had.value_or(0))
        judge(each, known);
  }

private:
  struct told {
    std::string topic;
    std::uint64_t from;
    std::uint64_t to;
  };

  subscription asks() const {
    subscription out;
    for (auto& each : how_.topics)
      out.topics.push_back({each, filter_of(how_.which)});
    out.as = how_.as;
    out.slow = how_.slow;
    out.from = how_.from;
    out.on_gap = how_.on_gap;
    out.after = last_id_;
    out.self = self_;
    return out;
  }

  bool misses_something(log& at, const truth& known) const {
    auto had = known.place_of(last_id_);
    return !had
           || std::any_of(
             how_.topics.begin(), how_.topics.end(), [&](auto& each) {
               return at.find(each)->lost_to() > *had
                      && (known.count(each, *had, at.find(each)->lost_to()) > 0
                          || known.ended_to > *had);
             });
  }

  void begin_anew(log& at) {
    got_.clear();
    told_.clear();
    for (auto& each : how_.topics)
      since_[each] = how_.from == beginning::now ? at.head().seq
                                                 : at.find(each)->lost_to();
  }

  bool reads(const std::string& topic) const {
    return how_.topics.contains(topic) || parted_.contains(topic);
  }

  bool wants(const said& what) const {
    return what.except != self_ && likes(how_.which, what);
  }

  /// In the order of the log, once, and only what it asked for.
  void hear_event(const heard& what, const truth& known) {
    auto seq = std::stoull(what.data);
    demand(seq >= 1 && seq <= known.all.size(), "an event nobody published");
    auto& event = known.all[seq - 1];
    demand(what.id == to_string({known.epoch, seq}), "a wrong id");
    demand(what.type == event.type(), "a wrong name");
    demand(how_.as != form::websocket || what.topic == event.topic,
           "a wrong topic");
    demand(reads(event.topic), "an event of another topic");
    demand(wants(event), "an event that it does not want");
    demand(seq > reached_, "out of order, or a second time");
    demand(seq > told_to_[event.topic], "an event that is in a gap");
    reached_ = seq;
    got_.insert(seq);
  }

  /// It stands for events that are missing, and says how many.
  void hear_gap(const gap& what, const truth& known) {
    auto from = known.place_of(what.from);
    auto to = known.place_of(what.to);
    demand(reads(what.topic), "a gap of another topic");
    demand(to && *to <= known.all.size(), "a gap without an end");
    demand(from || what.from == came_with_, "a gap from nowhere");
    demand(!from || *from >= told_to_[what.topic], "a gap told twice");
    demand(!what.count
             || (from && *what.count == known.count(what.topic, *from, *to)),
           "a wrong count");
    // Of topics that ended, and of another life, the log knows too little.
    demand(!from || *to <= known.ended_to
             || known.count(what.topic, *from, *to) > 0,
           "a gap where nothing is missing");
    for (auto seq : got_)
      demand(known.all[seq - 1].topic != what.topic || seq <= from.value_or(0)
               || seq > *to,
             "a gap that it was given events of");
    told_to_[what.topic] = *to;
    told_.push_back({what.topic, from.value_or(0), *to});
    if (!from)
      strangers_.insert(what.topic);
  }

  /// Behind its last id nothing will be repeated: what it does not have by now
  /// it never will.
  void learn(const std::string& id, const truth& known) {
    if (id.empty() || id == last_id_)
      return;
    auto had = known.place_of(last_id_);
    auto has = known.place_of(id);
    demand(has && *has <= known.all.size(), "an id of no event");
    demand(!had || *has > *had, "an id that goes back");
    if (!last_id_.empty() && !had)
      for (auto& each : how_.topics)
        demand(strangers_.contains(each) || since_.contains(each),
               "no word of another life");
    for (auto seq = had.value_or(0) + 1; seq <= *has; ++seq)
      judge(known.all[seq - 1], known);
    last_id_ = id;
    strangers_.clear();
  }

  void judge(const said& what, const truth& known) const {
    if (!how_.topics.contains(what.topic) || !wants(what))
      return;
    auto since = since_.find(what.topic);
    demand((since != since_.end() && what.seq <= since->second)
             || got_.contains(what.seq) || told_of(what)
             || (how_.slow == lag_policy::coalesce && superseded(what, known)),
           "an event is missing");
  }

  bool told_of(const said& what) const {
    return std::any_of(told_.begin(), told_.end(), [&](auto& each) {
      return each.topic == what.topic && each.from < what.seq
             && what.seq <= each.to;
    });
  }

  /// By one that it wants, and that is judged when its turn comes.
  bool superseded(const said& what, const truth& known) const {
    return std::any_of(known.all.begin(), known.all.end(), [&](auto& each) {
      return each.seq > what.seq && each.topic == what.topic
             && each.stands_for() == what.stands_for() && wants(each);
    });
  }

  std::uint64_t self_;
  manners how_;
  std::string last_id_;
  std::set<std::uint64_t> got_; ///< In this life of the log, as all below.
  std::vector<told> told_;
  std::set<std::string> strangers_; ///< Told of a gap from before it.
  std::map<std::string, std::uint64_t>
    since_; ///< What is older, it does not miss.

  std::optional<reader> reader_;
  listener ear_{form::event_stream};
  std::string wire_;
  std::string came_with_;
  std::uint64_t reached_ = 0;
  std::map<std::string, std::uint64_t> told_to_;
  std::set<std::string> parted_;
  bool too_slow_ = false;
};

} // namespace lungo::topic::test
