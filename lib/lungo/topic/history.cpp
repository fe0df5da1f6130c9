#include "lungo/topic/history.hpp"

#include <algorithm>
#include <utility>

namespace lungo::topic {

namespace {

/// What an event costs beside its texts.
constexpr std::size_t overhead = sizeof(entry) + 64;

std::size_t cost_of(const entry& what) {
  auto cost = overhead + text_octets(what.what) + what.what.key().size();
  for (auto& frame : what.encoded)
    cost += frame.size();
  return cost;
}

} // namespace

history::history(std::string name, const limits& how, std::uint64_t lost_to,
                 time_point now)
  : name_(std::move(name)),
    limits_(how),
    lost_to_(lost_to),
    used_(now) {}

void history::append(entry what, std::string message_id) {
  used_ = what.since;
  what.number = ++last_;
  remember(std::move(message_id), what.seq, what.since);
  if (auto& key = what.what.key(); !key.empty())
    newest_[key] = what.number;
  bytes_ += cost_of(what);
  events_.push_back(std::move(what));
  ++counted.published;
  while (over())
    drop_oldest();
}

/// The newest event stays, whatever it costs: who reads at once gets it.
bool history::over() const noexcept {
  return events_.size() > 1
         && (events_.size() > limits_.events || bytes_ > limits_.bytes);
}

void history::drop_oldest() {
  auto& oldest = events_.front();
  bytes_ -= cost_of(oldest);
  lost_to_ = oldest.seq;
  auto found = newest_.find(oldest.what.key());
  if (found != newest_.end() && found->second == oldest.number)
    newest_.erase(found);
  events_.pop_front();
}

void history::expire(time_point now) {
  forget(now);
  while (limits_.age.count() > 0 && !events_.empty()
         && now - events_.front().since > limits_.age)
    drop_oldest();
}

bool history::unused(time_point now) const {
  return limits_.unused.count() > 0 && readers == 0 && known_.empty()
         && now - used_ > limits_.unused;
}

// -- repetitions --------------------------------------------------------------

std::uint64_t history::find(const std::string& message_id, time_point now) {
  forget(now);
  auto found = seqs_.find(message_id);
  return message_id.empty() || found == seqs_.end() ? 0 : found->second;
}

void history::remember(std::string message_id, std::uint64_t seq,
                       time_point now) {
  forget(now);
  if (message_id.empty() || limits_.message_ids == 0)
    return;
  if (known_.size() == limits_.message_ids)
    forget_oldest_id();
  seqs_[message_id] = seq;
  known_.push_back({std::move(message_id), now});
}

void history::forget(time_point now) {
  while (!known_.empty() && now - known_.front().since > limits_.message_id_age)
    forget_oldest_id();
}

void history::forget_oldest_id() {
  seqs_.erase(known_.front().id);
  known_.pop_front();
}

// -- events -------------------------------------------------------------------

const entry& history::at(std::uint64_t number) const {
  return events_[number - first()];
}

std::uint64_t history::fading_to() const {
  auto to = lost_to_;
  if (auto half = limits_.events / 2; size() > half)
    to = at(last_ - half).seq;
  if (size() > 1 && bytes_ > limits_.bytes / 2)
    to = std::max(to, at(first() + size() / 2).seq);
  return to;
}

std::uint64_t history::behind(std::uint64_t seq) const {
  auto found = std::upper_bound(
    events_.begin(), events_.end(), seq,
    [](std::uint64_t at, const entry& each) { return at < each.seq; });
  return first() + static_cast<std::uint64_t>(found - events_.begin());
}

const entry* history::newest(const std::string& key) const {
  auto found = newest_.find(key);
  return found == newest_.end() ? nullptr : &at(found->second);
}

const flow::frame& history::encoded(std::uint64_t number, form as) {
  auto& event = events_[number - first()];
  auto& frame = event.encoded[static_cast<std::size_t>(as)];
  if (frame.empty()) {
    frame = encode(event, name_, as);
    bytes_ += frame.size();
  }
  return frame;
}

} // namespace lungo::topic
