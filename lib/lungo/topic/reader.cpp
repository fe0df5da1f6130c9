#include "lungo/topic/reader.hpp"

#include <algorithm>
#include <utility>

namespace lungo::topic {

bool filter::wants(const sse::event& what) const {
  if (!names.empty()
      && std::find(names.begin(), names.end(), what.type()) == names.end())
    return false;
  try {
    return !accepts || accepts(what);
  } catch (...) {
    return true;
  }
}

namespace {

/// @param told the place that its id is of; 0 if it has none.
void put(item what, std::uint64_t told, batch& into) {
  into.bytes += what.what.size();
  into.told = std::max(into.told, told);
  into.items.push_back(std::move(what));
}

} // namespace

reader::reader(std::uint64_t epoch, form as, lag_policy slow,
               std::uint64_t self)
  : epoch_(epoch),
    self_(self),
    form_(as),
    slow_(slow) {}

// -- topics -------------------------------------------------------------------

void reader::add(history& of, filter which, std::uint64_t number,
                 std::uint64_t had_to) {
  parts_.push_back({&of, std::move(which), number, {}, had_to});
}

void reader::add_behind_gap(history& of, filter which, std::string from,
                            std::uint64_t to,
                            std::optional<std::uint64_t> count) {
  parts_.push_back(
    {&of, std::move(which), of.behind(to), hole{std::move(from), to, count}});
}

bool reader::remove(const history& of) {
  return std::erase_if(parts_, [&](auto& each) { return each.of == &of; }) > 0;
}

bool reader::reads(const history& of) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](auto& each) { return each.of == &of; });
}

std::vector<history*> reader::topics() const {
  std::vector<history*> out;
  for (auto& each : parts_)
    out.push_back(each.of);
  return out;
}

bool reader::behind() const {
  return announces_ || owed_ > 0
         || std::any_of(parts_.begin(), parts_.end(), [](auto& each) {
              return each.missing || each.next <= each.of->last();
            });
}

bool reader::too_slow() const {
  return slow_ == lag_policy::disconnect
         && std::any_of(parts_.begin(), parts_.end(), [](auto& each) {
              return each.next < each.of->first();
            });
}

std::uint64_t reader::lag(const history& of) const {
  for (auto& each : parts_)
    if (each.of == &of)
      return of.last() + 1 - each.next;
  return 0;
}

bool reader::plain() const {
  return parts_.size() == 1 && owed_ == 0 && !parts_.front().missing
         && parts_.front().which.wants_all();
}

bool reader::alike(const reader& other) const {
  if (!plain() || !other.plain())
    return false;
  auto& mine = parts_.front();
  auto& its = other.parts_.front();
  return mine.of == its.of && mine.next == its.next && form_ == other.form_
         && slow_ == other.slow_ && cursor_ == other.cursor_
         && announces_ == other.announces_;
}

void reader::follow(const reader& other) {
  cursor_ = other.cursor_;
  announces_ = other.announces_;
  parts_.front().next = other.parts_.front().next;
}

// -- reading ------------------------------------------------------------------

batch reader::read(std::size_t budget, std::uint64_t head) {
  batch result;
  for (auto& each : parts_) {
    if (overtaken(each) && slow_ == lag_policy::disconnect) {
      ++each.of->counted.too_slow;
      result.too_slow = true;
      result.reached = cursor();
      return result;
    }
  }
  if (std::exchange(announces_, false))
    put({encode(cursor(), form_), {}}, cursor_, result);
  auto* next = advance(result);
  for (; next && result.bytes < budget; next = advance(result))
    take(*next, result);
  if (!next)
    cursor_ = std::max(cursor_, head);
  result.reached = cursor();
  return result;
}

/// Has the event that it wants gone meanwhile? What is missing then becomes a
/// hole; what it was to be told anyway, a larger one.
bool reader::overtaken(part& of) {
  auto& from = *of.of;
  if (of.next >= from.first())
    return false;
  auto goes_on
    = slow_ == lag_policy::skip && !from.empty() ? from.last() : from.first();
  auto to = goes_on > from.first() ? from.at(goes_on - 1).seq : from.lost_to();
  std::optional<std::uint64_t> count;
  if (of.which.wants_all())
    count = goes_on - of.next;
  if (!of.missing)
    of.missing
      = hole{to_string({epoch_, std::max(cursor_, of.had_to)}), to, count};
  else
    of.missing = hole{of.missing->from, to,
                      of.missing->count && count
                        ? std::optional{*of.missing->count + *count}
                        : std::nullopt};
  of.next = goes_on;
  return true;
}

/// What is next, behind the end of gaps that was still owed.
reader::part* reader::advance(batch& into) {
  auto* next = earliest();
  if (owed_ > 0 && had_all_to(owed_, next)) {
    cursor_ = std::max(cursor_, std::exchange(owed_, 0));
    put({encode(cursor(), form_), {}}, cursor_, into);
  }
  return next;
}

/// The part whose next thing is to come now: a gap, since we do not know where
/// in the order its first event was; then what is first in the order.
reader::part* reader::earliest() {
  part* found = nullptr;
  for (auto& each : parts_) {
    if (!each.missing && each.next > each.of->last())
      continue;
    if (!found || comes_before(each, *found))
      found = &each;
  }
  return found;
}

bool reader::comes_before(const part& one, const part& other) {
  if (one.missing && other.missing)
    return one.missing->to < other.missing->to;
  if (one.missing || other.missing)
    return one.missing.has_value();
  return one.of->at(one.next).seq < other.of->at(other.next).seq;
}

void reader::take(part& from, batch& into) {
  if (from.missing)
    return tell(from, into);
  auto number = from.next++;
  auto& what = from.of->at(number);
  cursor_ = what.seq;
  into.for_all = into.for_all && what.except == 0;
  if (!passes(from, what))
    return;
  if (slow_ == lag_policy::coalesce && superseded(from, what, into)) {
    ++from.of->counted.coalesced;
    return;
  }
  put({from.of->encoded(number, form_), {}}, what.seq, into);
  ++from.of->counted.delivered;
}

/// Its id would stand for all before its end: it has none while any of that is
/// still to come. The client then learns of that place once it is there.
void reader::tell(part& of, batch& into) {
  auto lost = std::move(*of.missing);
  of.missing.reset();
  of.had_to = lost.to;
  ++of.of->counted.gaps;
  of.of->counted.missed += lost.count.value_or(0);
  auto resumes = had_all_to(lost.to, earliest());
  auto missing = std::make_shared<const gap>(
    gap{of.of->name(), std::move(lost.from), to_string({epoch_, lost.to}),
        lost.count});
  put({encode(*missing, form_, resumes), missing, resumes},
      resumes ? lost.to : 0, into);
  if (!resumes)
    owed_ = std::max(owed_, lost.to);
  else if (owed_ <= lost.to)
    owed_ = 0;
  if (resumes)
    cursor_ = std::max(cursor_, lost.to);
}

/// If `next` is what comes next: is nothing of it at `seq` or before?
bool reader::had_all_to(std::uint64_t seq, const part* next) {
  return !next || (!next->missing && next->of->at(next->next).seq > seq);
}

bool reader::passes(const part& of, const entry& what) const {
  return (what.except == 0 || what.except != self_)
         && of.which.wants(what.what);
}

/// A newer one that not all get has this one come to some.
bool reader::superseded(const part& of, const entry& what, batch& into) const {
  auto* newest = of.of->newest(what.what.key());
  into.for_all = into.for_all && (!newest || newest->except == 0);
  return newest && newest->number > what.number && passes(of, *newest);
}

} // namespace lungo::topic
