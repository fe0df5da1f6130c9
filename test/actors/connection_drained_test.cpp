#include "event_stream_parser.hpp"
#include "stream_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace lungo;
using namespace lungo::test;

namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;

/// What a stream has to say: the numbers from `next` to `last`.
struct producer {
  std::uint64_t next = 1;
  std::uint64_t last = 0;
};

/// Pushes numbers as fast as the peer takes them, then closes.
auto produce(std::uint64_t how_many) {
  return [=](sse::connection<producer>* self) -> sse::behavior {
    self->state.last = how_many;
    self->on_drained([=] {
      auto& mine = self->state;
      while (mine.next <= mine.last && self->writable())
        self->push(sse::event{std::to_string(mine.next++)});
      if (mine.next > mine.last)
        self->close();
    });
    return {};
  };
}

std::vector<std::string> numbers(std::uint64_t up_to) {
  std::vector<std::string> all;
  for (std::uint64_t i = 1; i <= up_to; ++i)
    all.push_back(std::to_string(i));
  return all;
}

std::vector<std::string> data_of(const std::string& stream) {
  std::vector<std::string> all;
  for (auto& event : read_event_stream(stream))
    all.push_back(event.data);
  return all;
}

/// Plays the broker and the peer by a seed: gives credit back in odd pieces, at
/// odd times, between any two messages.
class schedule {
public:
  schedule(stream_fixture& f, unsigned seed) : f_(f), dice_(seed) {}

  bool chance(unsigned percent) { return roll(100) < percent; }

  std::size_t roll(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(dice_);
  }

  /// Some messages are handled, not necessarily all.
  void some_steps() {
    for (auto steps = roll(6); steps > 0 && f_.step(); --steps) {
    }
  }

  /// The peer takes a part of what is on its way.
  void some_credit(const connection_actor& to) {
    auto open = f_.seen->cost() - acknowledged_;
    largest_ = std::max(largest_, open);
    if (open == 0)
      return;
    auto part = chance(50) ? open : 1 + roll(open);
    acknowledged_ += part;
    f_.tell_later(to, msg::drained{part});
  }

  /// The most that was ever on its way at once.
  std::size_t largest() const noexcept { return largest_; }

private:
  stream_fixture& f_;
  std::mt19937 dice_;
  std::size_t acknowledged_ = 0;
  std::size_t largest_ = 0;
};

constexpr int rounds_most = 100'000;

} // namespace

TEST_CASE_FIXTURE(stream_fixture, "on_drained is called once when the stream "
                                  "opens") {
  int calls = 0;
  auto made = open([&](plain* self) -> sse::behavior {
    self->on_drained([&] { ++calls; });
    return {};
  });
  CHECK(calls == 0);
  confirm(made);
  CHECK(calls == 1);
  tell(made, sse::event{"x"});
  drain_all(made);
  CHECK(calls == 1);
}

TEST_CASE_FIXTURE(stream_fixture, "on_drained is called when a peer that was "
                                  "behind has caught up") {
  sse::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 10};
  int calls = 0;
  auto made = commit(
    [&](plain* self) -> sse::behavior {
      self->on_drained([&] { ++calls; });
      return {};
    },
    how);
  tell(made, sse::event{"larger than its window"});
  CHECK(calls == 1);
  drain_all(made);
  CHECK(calls == 2);
}

TEST_CASE_FIXTURE(stream_fixture, "a stream is writable from its commit to its "
                                  "end") {
  std::vector<bool> answers;
  auto made = open([&](plain* self) -> sse::behavior {
    answers.push_back(self->writable());
    return {[self, &answers](go_atom) {
      answers.push_back(self->writable());
      self->close();
      answers.push_back(self->writable());
    }};
  });
  confirm(made);
  tell(made, go_atom::value);
  CHECK(answers == std::vector{false, true, false});
}

TEST_CASE_FIXTURE(stream_fixture, "on_drained may set another on_drained") {
  bool kept = false;
  int others = 0;
  auto made = open([&](plain* self) -> sse::behavior {
    // Held by the function alone, which must not be destroyed while it runs.
    auto mine = std::make_shared<int>(0);
    self->on_drained([&, self, mine] {
      std::weak_ptr<int> watched = mine;
      auto& answer = kept;
      self->on_drained([&] { ++others; });
      answer = !watched.expired();
    });
    return {};
  });
  confirm(made);
  CHECK(kept);
  CHECK(others == 1);
}

TEST_CASE_FIXTURE(stream_fixture,
                  "what a handler pushes while a peer is behind "
                  "brings on_drained back") {
  sse::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 1};
  int calls = 0;
  auto made = commit(
    [&](plain* self) -> sse::behavior {
      self->on_drained([&] { ++calls; });
      return {};
    },
    how);
  tell(made, sse::event{"1"});
  tell(made, sse::event{"2"});
  drain_all(made);
  CHECK(calls == 1);
  drain_all(made);
  CHECK(calls == 2);
}

TEST_CASE_FIXTURE(stream_fixture, "on_drained fills the window and no more") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 3, .window_bytes = 100};
  commit(produce(1000), how);
  auto frame = sse::encode(sse::event{"1"}).size();
  CHECK(seen->cost() >= 100);
  CHECK(seen->cost() < 100 + frame + 2);
}

TEST_CASE("whatever the peer's pace, on_drained sends all, once, in order, and "
          "ends") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    stream_fixture f;
    schedule play{f, seed};
    sse::options how;
    how.outbox = flow::outbox_limits{.events = 1 + play.roll(8),
                                     .window_bytes = 1 + play.roll(300)};
    auto made = f.commit(produce(200), how);
    for (int i = 0; i < rounds_most && !has_ended(made); ++i) {
      play.some_steps();
      play.some_credit(made);
    }
    REQUIRE(has_ended(made));
    f.run();
    CHECK(data_of(f.seen->written()) == numbers(200));
    REQUIRE(f.seen->finishes.size() == 1);
    CHECK(f.seen->finishes[0].clean);
    auto frame = sse::encode(sse::event{"200"}).size();
    CHECK(play.largest() < how.outbox->window_bytes + frame);
  }
}

TEST_CASE("whatever the peer's pace, what others send arrives, once, in "
          "order") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    stream_fixture f;
    schedule play{f, seed};
    sse::options how;
    how.outbox = flow::outbox_limits{.window_bytes = 1 + play.roll(300)};
    auto made = f.commit(quiet, how);
    std::uint64_t sent = 0;
    for (int i = 0; i < rounds_most && sent < 200; ++i) {
      for (auto burst = play.roll(5); burst > 0 && sent < 200; --burst)
        f.tell_later(made, sse::event{std::to_string(++sent)});
      play.some_steps();
      if (play.chance(60))
        play.some_credit(made);
    }
    f.tell_later(made, close_atom_v);
    for (int i = 0; i < rounds_most && !has_ended(made); ++i) {
      play.some_steps();
      play.some_credit(made);
    }
    REQUIRE(has_ended(made));
    f.run();
    CHECK(data_of(f.seen->written()) == numbers(200));
  }
}
