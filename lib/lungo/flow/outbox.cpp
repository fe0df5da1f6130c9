#include "lungo/flow/outbox.hpp"

#include "lungo/error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lungo::flow {

outbox::outbox(const outbox_limits& limits) : limits_(limits) {
  if (limits.events == 0 || limits.bytes == 0 || limits.window_bytes == 0)
    throw invalid_value("an outbox with a limit of zero lets nothing through");
}

outbox::push_result outbox::push(frame what) {
  if (overflowed_)
    return push_result::overflow;
  auto size = what.size();
  if (limits_.policy == overflow_policy::coalesce && size <= limits_.bytes)
    coalesce(what.key());
  if (!make_room(size))
    return refuse();
  enqueue(std::move(what), false);
  return push_result::accepted;
}

void outbox::append(frame what) {
  if (!overflowed_)
    enqueue(std::move(what), true);
}

void outbox::enqueue(frame what, bool pulled) {
  auto size = what.size();
  queue_.push_back(
    {std::move(what), std::exchange(trailing_drops_, 0), pulled});
  waiting_bytes_ += size;
  pushed_events_ += !pulled;
  pushed_bytes_ += pulled ? 0 : size;
  ++counted_.pushed;
}

void outbox::leaves(const item& one) noexcept {
  waiting_bytes_ -= one.what.size();
  pushed_events_ -= !one.pulled;
  pushed_bytes_ -= one.pulled ? 0 : one.what.size();
}

std::vector<outbox::item> outbox::take() {
  auto end = front_;
  for (; end < queue_.size() && in_flight_bytes_ < limits_.window_bytes;
       ++end) {
    in_flight_bytes_ += queue_[end].what.size();
    leaves(queue_[end]);
  }
  // The common case, a peer that keeps up: the queue itself is the answer.
  if (front_ == 0 && end == queue_.size())
    return std::exchange(queue_, {});
  auto at = [this](std::size_t index) {
    return queue_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  std::vector<item> taken(std::move_iterator(at(front_)),
                          std::move_iterator(at(end)));
  front_ = end;
  compact();
  return taken;
}

std::uint64_t outbox::take_trailing_drops() {
  return std::exchange(trailing_drops_, 0);
}

void outbox::drained(std::size_t bytes) {
  in_flight_bytes_ -= std::min(bytes, in_flight_bytes_);
}

bool outbox::writable() const noexcept {
  return in_flight_bytes_ + waiting_bytes_ < limits_.window_bytes
         && pushed_events_ < limits_.events;
}

std::size_t outbox::credit() const noexcept {
  return writable() ? limits_.window_bytes - in_flight_bytes_ - waiting_bytes_
                    : 0;
}

bool outbox::empty() const noexcept {
  return waiting_events() == 0;
}

std::size_t outbox::waiting_events() const noexcept {
  return queue_.size() - front_;
}

std::size_t outbox::waiting_bytes() const noexcept {
  return waiting_bytes_;
}

std::size_t outbox::in_flight_bytes() const noexcept {
  return in_flight_bytes_;
}

const outbox::counters& outbox::counted() const noexcept {
  return counted_;
}

bool outbox::fits(std::size_t bytes) const noexcept {
  return pushed_events_ < limits_.events
         && bytes <= limits_.bytes - pushed_bytes_;
}

bool outbox::make_room(std::size_t bytes) {
  auto may_drop = limits_.policy == overflow_policy::drop_oldest
                  || limits_.policy == overflow_policy::coalesce;
  std::size_t kept = 0; // Pulled, before the oldest that may be dropped.
  while (may_drop && bytes <= limits_.bytes && !fits(bytes)) {
    if (queue_[front_ + kept].pulled) {
      ++kept;
      continue;
    }
    ++counted_.dropped;
    remove(front_ + kept, 1);
  }
  return fits(bytes);
}

outbox::push_result outbox::refuse() {
  if (limits_.policy == overflow_policy::disconnect) {
    overflowed_ = true;
    return push_result::overflow;
  }
  ++counted_.pushed;
  ++counted_.dropped;
  ++trailing_drops_;
  return push_result::dropped;
}

// At most one frame per key waits, so the first found is the only one. A scan
// beats an index here: nothing to keep while the queue is short, which is
// nearly always, and bounded by `limits_.events`.
void outbox::coalesce(std::string_view key) {
  if (key.empty())
    return;
  for (auto at = front_; at < queue_.size(); ++at) {
    if (!queue_[at].pulled && queue_[at].what.key() == key) {
      ++counted_.coalesced;
      return remove(at, 0);
    }
  }
}

// A hole belongs to the frame behind it; when that one goes too, the hole is
// inherited by the next, or by the frame that is still to come.
void outbox::remove(std::size_t at, std::uint64_t lost) {
  auto gone = std::exchange(queue_[at], {});
  leaves(gone);
  auto& heir
    = at + 1 < queue_.size() ? queue_[at + 1].dropped_before : trailing_drops_;
  heir += gone.dropped_before + lost;
  if (at != front_) {
    queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(at));
    return;
  }
  ++front_;
  compact();
}

// Moves what waits only when at least as many are gone: O(1) per frame.
void outbox::compact() {
  constexpr std::size_t worth_keeping = 16;
  if (empty()) {
    queue_ = {};
    front_ = 0;
  } else if (front_ >= waiting_events()) {
    queue_.erase(queue_.begin(),
                 queue_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
    if (queue_.capacity() > worth_keeping
        && queue_.capacity() / 4 > queue_.size())
      queue_.shrink_to_fit();
  }
}

} // namespace lungo::flow
