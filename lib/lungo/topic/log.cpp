#include "lungo/topic/log.hpp"

#include "lungo/utf8.hpp"

#include <algorithm>
#include <utility>

namespace lungo::topic {

namespace {

/// What a client says that we cannot read is repeated to it, within reason.
constexpr std::size_t longest_foreign_position = 128;

std::string repeatable(const std::string& text) {
  return text.size() <= longest_foreign_position && is_utf8(text) ? text
                                                                  : "unknown";
}

/// What one read has changed, once more for a reader that shares it.
void add(counters& to, const counters& before, const counters& after) {
  to.delivered += after.delivered - before.delivered;
  to.gaps += after.gaps - before.gaps;
  to.missed += after.missed - before.missed;
  to.coalesced += after.coalesced - before.coalesced;
}

} // namespace

log::log(std::uint64_t epoch, const log_limits& how)
  : epoch_(epoch),
    limits_(how) {}

// -- topics -------------------------------------------------------------------

history* log::find(std::string_view topic) {
  auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : found->second.get();
}

result<void> log::declare(const std::string& topic, const limits& how,
                          time_point now) {
  if (find(topic))
    return {};
  auto made = make(topic, how, now);
  if (!made)
    return made.error();
  declared_[topic] = how;
  return {};
}

result<history*> log::open(const std::string& topic, time_point now) {
  if (auto* found = find(topic))
    return found;
  if (auto sane = check_name(topic); !sane)
    return sane.error();
  if (auto known = declared_.find(topic); known != declared_.end())
    return make(topic, known->second, now);
  if (!limits_.on_demand)
    return error{errc::not_found, "there is no topic of this name"};
  return make(topic, limits_.each, now);
}

/// Of a topic that ended nobody knows any more which events it had: there may
/// have been some up to the newest of all that ended.
result<history*> log::make(const std::string& topic, const limits& how,
                           time_point now) {
  if (auto sane = check_name(topic); !sane)
    return sane.error();
  if (topics_.size() >= limits_.topics)
    return error{errc::unavailable, "there are too many topics"};
  single_ = topics_.empty() && head_ == 0;
  auto made = std::make_unique<history>(topic, how, ended_to_, now);
  return topics_.emplace(topic, std::move(made)).first->second.get();
}

std::vector<std::string> log::expire(time_point now) {
  std::vector<std::string> ended;
  for (auto at = topics_.begin(); at != topics_.end();) {
    auto& each = *at->second;
    each.expire(now);
    if (!each.unused(now)) {
      ++at;
      continue;
    }
    auto newest = each.empty() ? each.lost_to() : each.at(each.last()).seq;
    ended_to_ = std::max(ended_to_, newest);
    ended.push_back(at->first);
    memo_.reset();
    at = topics_.erase(at);
  }
  return ended;
}

// -- publishing ---------------------------------------------------------------

result<published> log::publish(const std::string& topic, publication what,
                               time_point now) {
  if (auto sane = check(what); !sane)
    return sane.error();
  auto opened = open(topic, now);
  if (!opened)
    return opened.error();
  auto& to = **opened;
  if (auto seq = to.find(what.message_id, now)) {
    ++to.counted.duplicates;
    return published{{epoch_, seq}, true};
  }
  if (octets(what) > to.how().event_bytes)
    return error{errc::content_too_large,
                 "the event is larger than this topic takes"};
  entry made;
  made.seq = ++head_;
  made.except = what.except;
  made.since = now;
  made.what = std::move(what.what);
  made.what.id(to_string(head()));
  to.append(std::move(made), std::move(what.message_id));
  return published{head(), false};
}

// -- readers ------------------------------------------------------------------

result<reader> log::subscribe(const subscription& how, time_point now) {
  if (how.topics.empty())
    return error{errc::bad_request, "a reader needs a topic"};
  if (how.topics.size() > limits_.reader_topics)
    return error{errc::bad_request, "too many topics for one reader"};
  reader made{epoch_, how.as, how.slow, how.self};
  for (auto& [topic, which] : how.topics) {
    auto opened = open(topic, now);
    result<void> begun;
    if (!opened)
      begun = opened.error();
    else if (!made.reads(**opened))
      begun = begin(made, how, which, **opened);
    if (!begun) {
      leave(made, now);
      return begun.error();
    }
  }
  if (how.after.empty() && !made.behind()) {
    made.start_at(head_);
    made.announce();
  }
  return made;
}

/// Behind the position that it brings; if that is no place in this life of the
/// log, behind a gap from there; without one at the end, or at the beginning.
result<void> log::begin(reader& who, const subscription& how,
                        const filter& which, history& topic) {
  auto brought = parse_position(how.after);
  auto ours = brought && brought->epoch == epoch_ && brought->seq <= head_;
  auto from = how.after.empty()
                ? (how.from == beginning::now ? head_ : topic.lost_to())
                : (ours ? brought->seq : 0);
  auto foreign = !how.after.empty() && !ours;
  if ((foreign || from < topic.lost_to()) && how.on_gap == gap_policy::refuse)
    return error{errc::gone, "the history does not reach back to where this "
                             "client left off; load a snapshot and come "
                             "without a position"};
  ++topic.readers;
  if (!how.after.empty())
    who.start_at(from);
  else if (how.from == beginning::now)
    who.start_at(head_);
  if (foreign)
    who.add_behind_gap(topic, which, repeatable(how.after), topic.lost_to(),
                       {});
  else if (from < topic.lost_to())
    who.add_behind_gap(topic, which, to_string({epoch_, from}), topic.lost_to(),
                       single_ && which.wants_all()
                         ? std::optional{topic.lost_to() - from}
                         : std::nullopt);
  else
    who.add(topic, which, topic.behind(from), from);
  return {};
}

result<void> log::join(reader& who, const std::string& topic, filter which,
                       time_point now) {
  if (auto* found = find(topic); found && who.reads(*found))
    return {};
  if (who.topics().size() >= limits_.reader_topics)
    return error{errc::bad_request, "too many topics for one reader"};
  auto opened = open(topic, now);
  if (!opened)
    return opened.error();
  ++(*opened)->readers;
  who.add(**opened, std::move(which), (*opened)->last() + 1, head_);
  return {};
}

void log::part(reader& who, std::string_view topic, time_point now) {
  auto* found = find(topic);
  if (!found || !who.remove(*found))
    return;
  --found->readers;
  found->touch(now);
}

void log::leave(reader& who, time_point now) {
  for (auto* each : who.topics())
    part(who, each->name(), now);
}

std::shared_ptr<const batch> log::read(reader& who, std::size_t budget) {
  if (memo_ && fits(*memo_, who, budget)) {
    auto& topic = *who.topics().front();
    add(topic.counted, memo_->before_read, memo_->after_read);
    who.follow(memo_->behind);
    return memo_->made;
  }
  if (!who.plain())
    return std::make_shared<const batch>(who.read(budget, head_));
  auto before = who;
  auto& counted = who.topics().front()->counted;
  auto before_read = counted;
  auto made = std::make_shared<const batch>(who.read(budget, head_));
  memo_.reset();
  if (made->for_all && !made->too_slow && who.plain())
    memo_.emplace(
      memo{std::move(before), who, budget, made, head_, before_read, counted});
  return made;
}

bool log::fits(const memo& kept, const reader& who, std::size_t budget) const {
  auto as_much = budget == kept.budget
                 || (!kept.behind.behind() && kept.made->bytes <= budget);
  return kept.head == head_ && as_much && kept.before.alike(who);
}

} // namespace lungo::topic
