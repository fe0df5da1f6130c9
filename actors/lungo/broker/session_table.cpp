#include "lungo/broker/session_table.hpp"

namespace lungo {

namespace {

constexpr unsigned generation_shift = 32;

std::uint32_t slot_of(session_id id) {
  return static_cast<std::uint32_t>(id);
}

std::uint32_t generation_of(session_id id) {
  return static_cast<std::uint32_t>(id >> generation_shift);
}

} // namespace

session_id session_table::reserve() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  auto index = free_.back();
  free_.pop_back();
  auto generation = ++slots_[index].generation;
  return session_id{generation} << generation_shift | index;
}

void session_table::put(std::unique_ptr<session> what) {
  auto& place = slots_[slot_of(what->id())];
  size_ += !place.session;
  place.session = std::move(what);
}

session* session_table::find(session_id id) const noexcept {
  auto index = slot_of(id);
  if (index >= slots_.size() || slots_[index].generation != generation_of(id))
    return nullptr;
  return slots_[index].session.get();
}

void session_table::reap(session_id id) {
  auto* found = find(id);
  if (!found || !found->closed())
    return;
  auto index = slot_of(id);
  slots_[index].session.reset();
  free_.push_back(index);
  --size_;
}

} // namespace lungo
