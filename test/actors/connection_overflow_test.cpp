#include "stream_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using flow::overflow_policy;

namespace {

/// A stream whose peer has room for one event at a time, and whose outbox holds
/// two more.
class overflow_fixture : public stream_fixture {
public:
  ~overflow_fixture() override { end_actors(); }

  connection_actor start(overflow_policy policy) {
    sse::options how;
    how.outbox = flow::outbox_limits{
      .events = 2, .bytes = 1000, .window_bytes = 1, .policy = policy};
    return commit(
      [this](plain* self) -> sse::behavior {
        self->on_close([this](close_reason why) { heard.push_back(why); });
        return {};
      },
      how);
  }

  /// Sends events `first` to `last`, each as a message of its own.
  void send(const connection_actor& who, std::uint64_t first,
            std::uint64_t last, bool with_id) {
    for (auto i = first; i <= last; ++i) {
      sse::event one{std::to_string(i)};
      if (with_id)
        one.id(i);
      tell(who, one);
    }
  }

  /// Lets the peer take all there is, and returns all that it got.
  std::string drained(const connection_actor& who) {
    for (int i = 0; i < 4; ++i)
      drain_all(who);
    return seen->written();
  }

  std::vector<close_reason> heard;
};

std::string numbered(std::uint64_t id) {
  auto text = std::to_string(id);
  return sse::encode_block(sse::event{text}.id(text));
}

std::string gap(int dropped) {
  auto text = "{\"dropped\":" + std::to_string(dropped) + "}";
  return sse::encode_block(sse::event{text}.name("gap"));
}

} // namespace

TEST_CASE_FIXTURE(overflow_fixture, "what a slow peer has not taken waits, in "
                                    "its order") {
  auto made = start(overflow_policy::disconnect);
  send(made, 1, 3, true);
  CHECK(seen->written() == numbered(1));
  CHECK(drained(made) == numbered(1) + numbered(2) + numbered(3));
}

TEST_CASE_FIXTURE(overflow_fixture, "disconnect ends a stream that is too slow "
                                    "as a cut") {
  auto made = start(overflow_policy::disconnect);
  send(made, 1, 3, true);
  CHECK(heard.empty());
  send(made, 4, 4, true);
  CHECK(heard == std::vector{close_reason::too_slow});
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
  CHECK(has_ended(made));
  CHECK(seen->written() == numbered(1));
}

TEST_CASE_FIXTURE(overflow_fixture,
                  "drop_oldest tells of the gap where it is") {
  auto made = start(overflow_policy::drop_oldest);
  send(made, 1, 5, true);
  CHECK(drained(made) == numbered(1) + gap(2) + numbered(4) + numbered(5));
}

TEST_CASE_FIXTURE(overflow_fixture, "drop_newest tells of the gap behind what "
                                    "was kept") {
  auto made = start(overflow_policy::drop_newest);
  send(made, 1, 5, true);
  CHECK(drained(made) == numbered(1) + numbered(2) + numbered(3) + gap(2));
}

TEST_CASE_FIXTURE(overflow_fixture, "a gap is told of once") {
  auto made = start(overflow_policy::drop_newest);
  send(made, 1, 5, true);
  drained(made);
  seen->writes.clear();
  tell(made, sse::event{"6"}.id(6));
  CHECK(seen->written() == numbered(6));
}

TEST_CASE_FIXTURE(overflow_fixture, "without ids nobody is told of a gap") {
  auto made = start(overflow_policy::drop_oldest);
  send(made, 1, 5, false);
  CHECK(drained(made) == block("1") + block("4") + block("5"));
}

TEST_CASE_FIXTURE(overflow_fixture, "coalesce keeps the newest of each name") {
  auto made = start(overflow_policy::coalesce);
  tell(made, sse::event{"first"});
  for (auto text : {"1", "2", "3"}) {
    tell(made, sse::event{text}.name("cpu"));
    tell(made, sse::event{text}.name("disk"));
  }
  CHECK(drained(made)
        == block("first") + "event: cpu\ndata: 3\n\n"
             + "event: disk\ndata: 3\n\n");
}

TEST_CASE_FIXTURE(overflow_fixture, "with drop_oldest a stream ends with the "
                                    "newest of what waited") {
  auto made = start(overflow_policy::drop_oldest);
  send(made, 1, 5, false);
  tell(made, close_atom_v);
  CHECK(drained(made) == block("1") + block("4") + block("5"));
  CHECK(heard == std::vector{close_reason::stopped});
}

TEST_CASE_FIXTURE(stream_fixture, "a burst larger than the outbox reaches a "
                                  "peer that keeps up") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 2};
  auto made = commit(quiet, how);
  for (auto text : {"1", "2", "3", "4"})
    tell_later(made, sse::event{text});
  run();
  CHECK_FALSE(has_ended(made));
  CHECK(seen->written() == block("1") + block("2") + block("3") + block("4"));
}

TEST_CASE_FIXTURE(stream_fixture,
                  "credit that has come is used before an event "
                  "is one too many") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 2, .window_bytes = 1};
  auto made = commit(quiet, how);
  tell(made, sse::event{"1"});
  for (auto text : {"2", "3", "4"})
    tell_later(made, sse::event{text});
  caf::anon_send<caf::message_priority::high>(made, msg::drained{seen->cost()});
  run();
  CHECK_FALSE(has_ended(made));
}
