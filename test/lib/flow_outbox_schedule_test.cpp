#include "lungo/flow/outbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace lungo::flow;
using result = outbox::push_result;

namespace {

enum class fate { waiting, taken, dropped, coalesced, refused };

/// All that is known of one frame ever pushed; its index is its number.
struct record {
  std::size_t size;
  std::string key;
  fate now = fate::waiting;
  bool told = false; ///< As a trailing drop.
  bool pulled = false;
};

/// The outbox, said in the plainest way: nothing is ever forgotten, and each
/// question looks at all that has happened.
class model {
public:
  explicit model(const outbox_limits& limits) : limits_(limits) {}

  result push(std::size_t size, std::string key) {
    auto older = size > limits_.bytes ? all.size() : find_older(key);
    if (older < all.size())
      all[older].now = fate::coalesced;
    all.push_back({size, std::move(key)});
    auto accepted = settle();
    if (accepted)
      return result::accepted;
    auto ends = limits_.policy == overflow_policy::disconnect;
    all.back().now = ends ? fate::refused : fate::dropped;
    return ends ? result::overflow : result::dropped;
  }

  /// Refused behind an overflow, and never otherwise.
  void append(std::size_t size, std::string key) {
    auto now = refusing_ ? fate::refused : fate::waiting;
    all.push_back({size, std::move(key), now, false, true});
  }

  /// Dropped frames right before `at` that no one has been told of.
  std::uint64_t drops_before(std::size_t at) const {
    std::uint64_t drops = 0;
    while (at > 0 && all[at - 1].now != fate::taken
           && all[at - 1].now != fate::waiting) {
      --at;
      drops += all[at].now == fate::dropped && !all[at].told;
    }
    return drops;
  }

  std::size_t count(fate which) const {
    return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(),
                    [=](const record& one) { return one.now == which; }));
  }

  std::size_t waiting_bytes(bool pulled_too = true) const {
    std::size_t bytes = 0;
    for (auto& one : all)
      if (one.now == fate::waiting && (pulled_too || !one.pulled))
        bytes += one.size;
    return bytes;
  }

  bool over() const {
    auto pushed = std::count_if(all.begin(), all.end(), [](const record& one) {
      return one.now == fate::waiting && !one.pulled;
    });
    return static_cast<std::size_t>(pushed) > limits_.events
           || waiting_bytes(false) > limits_.bytes;
  }

  std::vector<record> all;

private:
  std::size_t find_older(const std::string& key) const {
    auto older = all.size();
    if (limits_.policy == overflow_policy::coalesce && !key.empty())
      for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].now == fate::waiting && !all[i].pulled && all[i].key == key)
          older = i;
    return older;
  }

  /// Brings what waits, the last one included, within the bounds if the policy
  /// can.
  bool settle() {
    if (refusing_ || all.back().size > limits_.bytes)
      return refuse();
    if (limits_.policy == overflow_policy::disconnect
        || limits_.policy == overflow_policy::drop_newest)
      return !over() || refuse();
    for (std::size_t i = 0; over(); ++i)
      if (all[i].now == fate::waiting && !all[i].pulled)
        all[i].now = fate::dropped;
    return true;
  }

  bool refuse() {
    refusing_ = limits_.policy == overflow_policy::disconnect;
    return false;
  }

  outbox_limits limits_;
  bool refusing_ = false;
};

/// An outbox and its model, driven by the same random schedule.
class schedule {
public:
  schedule(const outbox_limits& limits, unsigned seed)
    : random_(seed),
      limits_(limits),
      box_(limits),
      model_(limits) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      auto dice = roll(10);
      if (dice < 5)
        push();
      else if (dice < 6)
        append();
      else if (dice < 7)
        take();
      else if (dice < 9)
        drain();
      else
        ask_trailing();
      compare();
    }
  }

  const outbox& box() const { return box_; }

private:
  std::size_t roll(std::size_t sides) { return random_() % sides; }

  lungo::flow::frame next_frame() {
    auto number = std::to_string(model_.all.size());
    auto text = number + std::string(roll(100) ? roll(20) : limits_.bytes, ' ');
    auto key = roll(8) ? std::string(1 + roll(6), 'k') : "";
    return lungo::flow::frame::uniform(text, "\n\n", key);
  }

  void push() {
    auto one = next_frame();
    auto expected = model_.push(one.size(), std::string{one.key()});
    CHECK(box_.push(std::move(one)) == expected);
  }

  void append() {
    auto one = next_frame();
    model_.append(one.size(), std::string{one.key()});
    box_.append(std::move(one));
  }

  void take() {
    for (auto& [what, dropped_before, pulled] : box_.take()) {
      CHECK(in_flight_ < limits_.window_bytes);
      in_flight_ += what.size();
      auto number = std::stoul(std::string{what.plain()});
      auto& one = model_.all.at(number);
      REQUIRE(one.now == fate::waiting);
      CHECK(number >= next_);
      next_ = number + 1;
      CHECK(dropped_before == model_.drops_before(number));
      CHECK(pulled == one.pulled);
      one.now = fate::taken;
    }
    CHECK((box_.empty() || in_flight_ >= limits_.window_bytes));
  }

  void drain() {
    auto octets = roll(2 * limits_.window_bytes);
    box_.drained(octets);
    in_flight_ -= std::min(octets, in_flight_);
  }

  void ask_trailing() {
    CHECK(box_.take_trailing_drops() == model_.drops_before(model_.all.size()));
    for (auto at = model_.all.size(); at > 0; --at) {
      auto& one = model_.all[at - 1];
      if (one.now == fate::taken || one.now == fate::waiting)
        return;
      one.told = true;
    }
  }

  void compare() {
    CHECK(box_.in_flight_bytes() == in_flight_);
    CHECK(box_.waiting_events() == model_.count(fate::waiting));
    CHECK(box_.waiting_bytes() == model_.waiting_bytes());
    CHECK_FALSE(model_.over());
    auto& counted = box_.counted();
    CHECK(counted.dropped == model_.count(fate::dropped));
    CHECK(counted.coalesced == model_.count(fate::coalesced));
    CHECK(counted.pushed == model_.all.size() - model_.count(fate::refused));
  }

  std::mt19937 random_;
  outbox_limits limits_;
  outbox box_;
  model model_;
  std::size_t in_flight_ = 0;
  std::size_t next_ = 0;
};

/// Runs many schedules; returns the drops and replacements they met.
outbox::counters run_schedules(overflow_policy policy) {
  CAPTURE(to_string(policy));
  outbox::counters all;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    outbox_limits limits{1 + seed % 9, 80 + 20 * (seed % 7), 40 + seed, policy};
    schedule one{limits, seed};
    one.run(250);
    all.dropped += one.box().counted().dropped;
    all.coalesced += one.box().counted().coalesced;
  }
  return all;
}

} // namespace

TEST_CASE("drop_oldest: any schedule accounts for every hole exactly") {
  CHECK(run_schedules(overflow_policy::drop_oldest).dropped > 0);
}

TEST_CASE("drop_newest: any schedule accounts for every hole exactly") {
  CHECK(run_schedules(overflow_policy::drop_newest).dropped > 0);
}

TEST_CASE("coalesce: any schedule accounts for every hole exactly") {
  auto met = run_schedules(overflow_policy::coalesce);
  CHECK(met.dropped > 0);
  CHECK(met.coalesced > 0);
}

TEST_CASE("disconnect: any schedule is without a hole until it overflows") {
  auto met = run_schedules(overflow_policy::disconnect);
  CHECK(met.dropped == 0);
  CHECK(met.coalesced == 0);
}
