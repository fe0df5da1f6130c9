#include "lungo/error.hpp"
#include "lungo/flow/outbox.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace lungo;
using namespace lungo::flow;
using result = outbox::push_result;

namespace {

/// A frame whose octets begin with `text`.
frame make(std::string_view text, std::string_view key = {}) {
  return frame::uniform(text, "\n\n", key);
}

/// What `frames` were made of, each after the holes before it: "a (2)b".
std::string shown(const std::vector<outbox::item>& frames) {
  std::string out;
  for (auto& [what, dropped_before, pulled] : frames) {
    if (!out.empty())
      out += ' ';
    if (dropped_before > 0)
      out += '(' + std::to_string(dropped_before) + ')';
    auto octets = what.plain();
    out += octets.substr(0, octets.find('\n'));
  }
  return out;
}

/// A frame of one letter, which has this size on the wire.
const std::size_t unit = make("a").size();

outbox_limits room_for(std::size_t events, overflow_policy policy) {
  outbox_limits limits;
  limits.events = events;
  limits.policy = policy;
  return limits;
}

void push_all(outbox& box, std::string_view letters) {
  for (auto letter : letters)
    box.push(make({&letter, 1}));
}

void append_all(outbox& box, std::string_view letters) {
  for (auto letter : letters)
    box.append(make({&letter, 1}));
}

/// Pushes frames of one letter which is their key also.
void push_keyed(outbox& box, std::string_view letters) {
  for (auto letter : letters)
    box.push(make({&letter, 1}, {&letter, 1}));
}

} // namespace

TEST_CASE("frames leave in the order in which they were pushed") {
  outbox box{outbox_limits{}};
  CHECK(box.push(make("a")) == result::accepted);
  push_all(box, "bc");
  CHECK(box.waiting_events() == 3);
  CHECK(box.waiting_bytes() == 3 * unit);
  CHECK(shown(box.take()) == "a b c");
  CHECK(box.empty());
  CHECK(box.waiting_bytes() == 0);
  CHECK(box.take().empty());
}

TEST_CASE("frames leave while any credit is left") {
  outbox_limits limits;
  limits.window_bytes = unit + 1;
  outbox box{limits};
  push_all(box, "abcd");
  CHECK(shown(box.take()) == "a b");
  CHECK(box.in_flight_bytes() == 2 * unit);
  CHECK_FALSE(box.writable());
  CHECK(box.take().empty());
  CHECK(box.waiting_events() == 2);
}

TEST_CASE("credit comes back when octets have left") {
  outbox_limits limits;
  limits.window_bytes = unit;
  outbox box{limits};
  push_all(box, "abc");
  CHECK(shown(box.take()) == "a");
  box.drained(1);
  CHECK(shown(box.take()) == "b");
  box.drained(unit - 1);
  CHECK_FALSE(box.writable());
  box.drained(unit);
  CHECK(box.in_flight_bytes() == 0);
  CHECK(shown(box.take()) == "c");
}

TEST_CASE("a frame is writable while it would leave with the next take") {
  outbox_limits limits;
  limits.window_bytes = 2 * unit;
  outbox box{limits};
  CHECK(box.writable());
  push_all(box, "a");
  CHECK(box.writable());
  push_all(box, "b");
  CHECK_FALSE(box.writable());
  box.take();
  CHECK_FALSE(box.writable());
  box.drained(unit);
  CHECK(box.writable());
}

TEST_CASE("writable is false before a push would overflow") {
  outbox_limits limits;
  limits.events = 2;
  outbox box{limits};
  push_all(box, "ab");
  CHECK_FALSE(box.writable());
  box.take();
  CHECK(box.writable());
}

TEST_CASE("one frame larger than the window passes") {
  outbox_limits limits;
  limits.window_bytes = 1;
  outbox box{limits};
  push_all(box, "ab");
  CHECK(shown(box.take()) == "a");
  box.drained(unit);
  CHECK(shown(box.take()) == "b");
}

TEST_CASE("more credit than was spent is no credit") {
  outbox box{outbox_limits{}};
  push_all(box, "a");
  box.take();
  box.drained(std::numeric_limits<std::size_t>::max());
  CHECK(box.in_flight_bytes() == 0);
  push_all(box, "b");
  box.take();
  CHECK(box.in_flight_bytes() == unit);
}

TEST_CASE("a limit of zero is refused") {
  for (auto limit : {&outbox_limits::events, &outbox_limits::bytes,
                     &outbox_limits::window_bytes}) {
    outbox_limits limits;
    limits.*limit = 0;
    CHECK_THROWS_AS(outbox{limits}, invalid_value);
  }
}

TEST_CASE("disconnect: one frame over the events is an overflow") {
  outbox box{room_for(2, overflow_policy::disconnect)};
  push_all(box, "ab");
  CHECK(box.push(make("c")) == result::overflow);
  CHECK(box.counted().pushed == 2);
  CHECK(box.counted().dropped == 0);
}

TEST_CASE("disconnect: one octet over the bytes is an overflow") {
  outbox_limits limits;
  limits.bytes = 2 * unit;
  outbox exact{limits};
  push_all(exact, "a");
  CHECK(exact.push(make("b")) == result::accepted);
  --limits.bytes;
  outbox less{limits};
  push_all(less, "a");
  CHECK(less.push(make("b")) == result::overflow);
}

TEST_CASE("disconnect: after an overflow nothing is accepted any more") {
  outbox box{room_for(2, overflow_policy::disconnect)};
  push_all(box, "abc");
  CHECK(shown(box.take()) == "a b");
  box.drained(2 * unit);
  CHECK(box.push(make("d")) == result::overflow);
  CHECK(box.empty());
}

TEST_CASE("what is in flight does not count as waiting") {
  outbox box{room_for(2, overflow_policy::disconnect)};
  push_all(box, "ab");
  box.take();
  CHECK(box.push(make("c")) == result::accepted);
  CHECK(box.push(make("d")) == result::accepted);
}

TEST_CASE("drop_oldest: the hole is before the front that is left") {
  outbox box{room_for(2, overflow_policy::drop_oldest)};
  push_all(box, "abc");
  CHECK(box.push(make("d")) == result::accepted);
  CHECK(shown(box.take()) == "(2)c d");
  CHECK(box.counted().pushed == 4);
  CHECK(box.counted().dropped == 2);
  CHECK(box.take_trailing_drops() == 0);
}

TEST_CASE("drop_oldest: a large frame drops as many as it needs") {
  outbox_limits limits;
  limits.bytes = 4 * unit;
  limits.policy = overflow_policy::drop_oldest;
  outbox box{limits};
  push_all(box, "abcd");
  std::string large(unit + 2, 'x');
  REQUIRE(make(large).size() == 2 * unit + 1);
  CHECK(box.push(make(large)) == result::accepted);
  CHECK(box.waiting_bytes() <= limits.bytes);
  CHECK(shown(box.take()) == "(3)d " + large);
}

TEST_CASE("drop_oldest: a frame that takes all the room follows the hole") {
  outbox box{room_for(1, overflow_policy::drop_oldest)};
  push_all(box, "abc");
  CHECK(shown(box.take()) == "(2)c");
}

TEST_CASE("drop_oldest: a dropped frame is let go at once") {
  outbox box{room_for(1, overflow_policy::drop_oldest)};
  auto watched = make("a");
  box.push(watched);
  CHECK(watched.owner().use_count() == 3);
  push_all(box, "b");
  CHECK(watched.owner().use_count() == 2);
}

TEST_CASE("drop_newest: the hole is before the next frame accepted") {
  outbox box{room_for(2, overflow_policy::drop_newest)};
  push_all(box, "ab");
  CHECK(box.push(make("c")) == result::dropped);
  push_all(box, "d");
  CHECK(shown(box.take()) == "a b");
  push_all(box, "ef");
  CHECK(shown(box.take()) == "(2)e f");
  CHECK(box.counted().pushed == 6);
  CHECK(box.counted().dropped == 2);
}

TEST_CASE("drop_newest: a hole at the end is told once") {
  outbox box{room_for(1, overflow_policy::drop_newest)};
  push_all(box, "abc");
  box.take();
  CHECK(box.take_trailing_drops() == 2);
  CHECK(box.take_trailing_drops() == 0);
  push_all(box, "d");
  CHECK(shown(box.take()) == "d");
}

TEST_CASE("a frame over the bytes never gets in and drops no other") {
  outbox_limits limits;
  limits.bytes = 3 * unit;
  std::string large(limits.bytes, 'x');
  for (auto policy :
       {overflow_policy::drop_oldest, overflow_policy::drop_newest,
        overflow_policy::coalesce}) {
    CAPTURE(to_string(policy));
    limits.policy = policy;
    outbox box{limits};
    push_keyed(box, "a");
    CHECK(box.push(make(large, "a")) == result::dropped);
    push_all(box, "b");
    CHECK(shown(box.take()) == "a (1)b");
  }
  limits.policy = overflow_policy::disconnect;
  CHECK(outbox{limits}.push(make(large)) == result::overflow);
}

TEST_CASE("coalesce: the newest of a key takes the place at the end") {
  outbox box{room_for(8, overflow_policy::coalesce)};
  push_keyed(box, "abc");
  box.push(make("A", "a"));
  box.push(make("C", "c"));
  CHECK(box.waiting_events() == 3);
  CHECK(shown(box.take()) == "b A C");
  CHECK(box.counted().pushed == 5);
  CHECK(box.counted().coalesced == 2);
  CHECK(box.counted().dropped == 0);
}

TEST_CASE("coalesce: frames without a key replace nothing") {
  outbox box{room_for(8, overflow_policy::coalesce)};
  push_all(box, "aab");
  CHECK(shown(box.take()) == "a a b");
}

TEST_CASE("coalesce: a frame that has left is not replaced") {
  outbox box{room_for(8, overflow_policy::coalesce)};
  push_keyed(box, "a");
  CHECK(shown(box.take()) == "a");
  push_keyed(box, "a");
  CHECK(box.counted().coalesced == 0);
  CHECK(shown(box.take()) == "a");
}

TEST_CASE("coalesce: with too many keys the oldest is dropped") {
  outbox box{room_for(2, overflow_policy::coalesce)};
  push_keyed(box, "abac");
  CHECK(shown(box.take()) == "(1)a c");
  CHECK(box.counted().coalesced == 1);
  CHECK(box.counted().dropped == 1);
}

TEST_CASE("coalesce: a hole outlives the frame behind it") {
  outbox box{room_for(2, overflow_policy::coalesce)};
  push_keyed(box, "abcb");
  CHECK(shown(box.take()) == "(1)c b");
  outbox last{room_for(1, overflow_policy::coalesce)};
  push_keyed(last, "abb");
  CHECK(shown(last.take()) == "(1)b");
}

// -- what was pulled ----------------------------------------------------------

TEST_CASE("what was pulled waits, whatever the bounds") {
  outbox_limits limits;
  limits.events = 2;
  limits.bytes = 2 * unit;
  outbox box{limits};
  box.append(make("larger than all that may wait"));
  append_all(box, "abc");
  CHECK(box.waiting_events() == 4);
  CHECK(box.push(make("d")) == result::accepted);
  CHECK(box.push(make("e")) == result::accepted);
  CHECK(box.push(make("f")) == result::overflow);
  CHECK(shown(box.take()) == "larger than all that may wait a b c d e");
  CHECK(box.waiting_bytes() == 0);
}

TEST_CASE("what was pulled takes credit as what is pushed does") {
  outbox_limits limits;
  limits.window_bytes = 2 * unit;
  outbox box{limits};
  append_all(box, "abc");
  CHECK_FALSE(box.writable());
  CHECK(shown(box.take()) == "a b");
  box.drained(unit);
  CHECK(shown(box.take()) == "c");
}

TEST_CASE("drop_oldest: what was pulled is not what is dropped") {
  outbox box{room_for(2, overflow_policy::drop_oldest)};
  append_all(box, "ab");
  push_all(box, "cd");
  append_all(box, "e");
  push_all(box, "fg");
  CHECK(shown(box.take()) == "a b (2)e f g");
}

TEST_CASE("coalesce: what was pulled is neither replaced nor replaces") {
  outbox box{room_for(10, overflow_policy::coalesce)};
  push_keyed(box, "a");
  box.append(make("b", "a"));
  box.append(make("c", "a"));
  push_keyed(box, "a");
  CHECK(shown(box.take()) == "b c a");
}

TEST_CASE("nothing is appended behind an overflow") {
  outbox box{room_for(1, overflow_policy::disconnect)};
  push_all(box, "ab");
  append_all(box, "c");
  CHECK(shown(box.take()) == "a");
}

TEST_CASE("an outbox is small") {
  CHECK(sizeof(outbox) <= 136);
  CHECK(sizeof(outbox::item) <= 32);
}

TEST_CASE("an overflow policy is shown by its name") {
  CHECK(to_string(overflow_policy::disconnect) == "disconnect");
  CHECK(to_string(overflow_policy::drop_oldest) == "drop_oldest");
  CHECK(to_string(overflow_policy::drop_newest) == "drop_newest");
  CHECK(to_string(overflow_policy::coalesce) == "coalesce");
}
