#include "topic_model.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>

// Inside, as `log` is also a function of the standard library.
namespace lungo::topic::test {

namespace {

/// What the schedules met, so that none of it is tested by nobody.
struct tally {
  std::uint64_t delivered = 0;
  std::uint64_t gaps = 0;
  std::uint64_t coalesced = 0;
  std::uint64_t too_slow = 0;
  std::uint64_t ended = 0;
  std::uint64_t restarts = 0;
  std::uint64_t cut_within = 0; ///< While something was on its way.
};

/// One log and its clients, driven by chance.
class schedule {
public:
  schedule(std::uint64_t seed, tally& met)
    : random_(seed),
      met_(met),
      names_(1 + roll(3)),
      known_{0x10 + roll(1000)} {
    begin_log();
    for (auto count = 1 + roll(5); count > 0; --count)
      add_client();
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i)
      step();
    for (auto& each : clients_)
      catch_up(each);
    count_all();
  }

private:
  std::size_t roll(std::size_t sides) { return random_() % sides; }
  bool one_in(std::size_t sides) { return roll(sides) == 0; }
  std::string any_topic() { return std::string(1, "abc"[roll(names_)]); }
  client& anyone() { return clients_[roll(clients_.size())]; }

  limits any_limits() {
    limits out;
    out.events = 1 + roll(12);
    out.bytes = one_in(3) ? 300 + roll(4000) : 1'000'000;
    out.age = std::chrono::milliseconds{one_in(3) ? 20 + roll(200) : 0};
    out.unused = std::chrono::milliseconds{one_in(2) ? 20 + roll(100) : 0};
    return out;
  }

  void begin_log() {
    log_limits how;
    how.each = any_limits();
    log_ = std::make_unique<log>(known_.epoch, how);
    if (one_in(3))
      log_->declare(any_topic(), any_limits(), now_).value();
  }

  /// Half of them are like the one before, so that they share batches.
  void add_client() {
    manners how;
    if (!clients_.empty() && one_in(2)) {
      how = clients_.back().how();
    } else {
      for (auto count = 1 + roll(names_); count > 0; --count)
        how.topics.insert(any_topic());
      how.which = one_in(2) ? taste::all : static_cast<taste>(roll(tastes));
      how.as = static_cast<form>(roll(forms));
      how.slow = static_cast<lag_policy>(roll(3));
      how.from = static_cast<beginning>(one_in(3));
      how.on_gap = static_cast<gap_policy>(one_in(4));
    }
    clients_.emplace_back(clients_.size() + 1, std::move(how));
  }

  void step() {
    auto dice = roll(100);
    if (dice < 30)
      publish(1 + roll(3));
    else if (dice < 34)
      publish(10 + roll(20));
    else if (dice < 60)
      visit(anyone());
    else if (dice < 75)
      hear(anyone());
    else if (dice < 83)
      cut(anyone());
    else if (dice < 88)
      change_topics(anyone());
    else if (dice < 90)
      catch_up(anyone());
    else if (dice < 92)
      visit_all();
    else if (dice < 99)
      time_passes();
    else
      restart();
  }

  void publish(std::size_t count) {
    constexpr const char* names[] = {"", "tick", "tock"};
    constexpr const char* keys[] = {"", "", "k", "l"};
    for (; count > 0; --count) {
      auto seq = known_.all.size() + 1;
      said what{seq, any_topic(), names[roll(3)], keys[roll(4)],
                one_in(8) ? 1 + roll(clients_.size()) : 0};
      publication sent;
      sent.what.data(std::to_string(seq) + std::string(roll(40), ' '));
      sent.what.name(what.name).key(what.key);
      sent.except = what.except;
      auto made = log_->publish(what.topic, std::move(sent), now_).value();
      demand(made.at == position{known_.epoch, seq} && !made.duplicate,
             "published elsewhere");
      known_.all.push_back(std::move(what));
    }
  }

  /// It comes, or reads what there is.
  void visit(client& who) {
    if (!who.connected())
      return who.connect(*log_, known_, now_);
    who.read(*log_, one_in(2) ? 100'000 : 1 + roll(600));
    if (who.too_slow())
      cut(who);
  }

  void visit_all() {
    auto budget = one_in(2) ? 100'000 : 1 + roll(600);
    for (auto& each : clients_)
      if (each.connected() && !each.too_slow())
        each.read(*log_, budget);
  }

  void hear(client& who) {
    if (who.connected())
      who.hear(roll(who.on_its_way() + 1), known_);
  }

  void cut(client& who) {
    if (!who.connected())
      return;
    hear(who);
    met_.cut_within += who.on_its_way() > 0;
    who.leave(*log_, now_);
  }

  void change_topics(client& who) {
    auto topic = any_topic();
    if (!who.connected())
      return;
    if (!who.how().topics.contains(topic))
      who.join(*log_, topic, now_);
    else if (who.how().topics.size() > 1)
      who.part(*log_, topic, now_);
  }

  /// Whatever has become of it, in the end it has all, or knows what it misses.
  void catch_up(client& who) {
    for (int tries = 0; tries < 2; ++tries) {
      if (!who.connected())
        who.connect(*log_, known_, now_);
      while (who.behind() && !who.too_slow())
        who.read(*log_, 1 + roll(2000));
      who.hear(who.on_its_way(), known_);
      if (!who.too_slow())
        return who.judge_all(known_);
      who.leave(*log_, now_);
    }
    demand(false, "too slow, though it has just come");
  }

  void time_passes() {
    now_ += std::chrono::milliseconds{roll(60)};
    count_all();
    for (auto& each : log_->expire(now_)) {
      known_.topic_ends(each);
      ++met_.ended;
    }
  }

  void restart() {
    for (auto& each : clients_) {
      hear(each);
      each.log_restarts();
    }
    ++met_.restarts;
    known_ = truth{known_.epoch + 1};
    begin_log();
  }

  /// Topics that end take their counters with them.
  void count_all() {
    log_->for_each([&](history& each) {
      met_.delivered += std::exchange(each.counted.delivered, 0);
      met_.gaps += std::exchange(each.counted.gaps, 0);
      met_.coalesced += std::exchange(each.counted.coalesced, 0);
      met_.too_slow += std::exchange(each.counted.too_slow, 0);
    });
  }

  std::mt19937_64 random_;
  tally& met_;
  std::size_t names_;
  truth known_;
  time_point now_{};
  std::unique_ptr<log> log_;
  std::vector<client> clients_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  auto* text = std::getenv(name);
  return text ? std::stoull(text) : otherwise;
}

/// What went wrong; empty if nothing did.
std::string run_schedule(std::uint64_t seed, tally& met) {
  try {
    schedule{seed, met}.run(300);
    return {};
  } catch (const std::exception& what) {
    return what.what();
  }
}

} // namespace

TEST_CASE("topics: by any schedule a reader gets each event once, in order, or "
          "is told of a gap") {
  auto first = from_environment("LUNGO_SEED", 1);
  auto count
    = from_environment("LUNGO_SCHEDULES", std::getenv("LUNGO_SEED") ? 1 : 500);
  tally met;
  for (auto seed = first; seed < first + count; ++seed) {
    auto wrong = run_schedule(seed, met);
    INFO("again by LUNGO_SEED=", seed);
    REQUIRE(wrong == "");
  }
  if (count < 100)
    return;
  CHECK(met.delivered > 50 * count);
  CHECK(met.gaps > count);
  CHECK(met.coalesced > count);
  CHECK(met.too_slow > count / 4);
  CHECK(met.ended > count / 4);
  CHECK(met.restarts > count / 4);
  CHECK(met.cut_within > count);
}

} // namespace lungo::topic::test
