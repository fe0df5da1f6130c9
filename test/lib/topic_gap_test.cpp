#include "topic_samples.hpp"

#include <doctest/doctest.h>

namespace lungo::topic::test {

namespace {

subscription reading_by(lag_policy slow, std::vector<std::string> topics) {
  auto out = reading(std::move(topics));
  out.slow = slow;
  return out;
}

/// A reader at the head, that has heard so.
reader begin(log& all, const subscription& how) {
  auto who = all.subscribe(how, {}).value();
  all.read(who, plenty);
  return who;
}

void publish_each(log& to, const std::string& topics) {
  for (auto topic : topics)
    publish(to, std::string(1, topic), "x");
}

} // namespace

// -- live ---------------------------------------------------------------------

TEST_CASE(
  "topics: who is overtaken is told from where to where, and how many") {
  auto all = log_keeping(2);
  publish_each(all, "a");
  auto who = begin(all, reading_by(lag_policy::coalesce, {"a"}));
  all.publish("a", say("2"), {}).value();
  publish_each(all, "bb");
  all.publish("a", say("5", "", "k"), {}).value();
  all.publish("a", say("6", "", "l"), {}).value();
  all.publish("a", say("7", "", "m"), {}).value();
  CHECK(read_all(all, who) == lines{"gap a 1..5 of 2 @5", "6 6", "7 7"});
}

TEST_CASE("topics: of a gap with a filter nobody knows how many it wanted") {
  auto all = log_keeping(1);
  auto how = reading_by(lag_policy::skip, {"a"});
  how.topics[0].which.names = {"message"};
  auto who = begin(all, how);
  publish_each(all, "aaa");
  CHECK(read_all(all, who) == lines{"gap a 0..2 of ? @2", "3 x"});
}

TEST_CASE("topics: a reader that skips goes on at the newest") {
  auto all = log_keeping(3);
  auto who = begin(all, reading_by(lag_policy::skip, {"a"}));
  publish_each(all, "aaa");
  CHECK(read_all(all, who) == lines{"1 x", "2 x", "3 x"});
  publish_each(all, "aaaa");
  CHECK(read_all(all, who) == lines{"gap a 3..6 of 3 @6", "7 x"});
}

TEST_CASE("topics: a reader that skips does not where nothing is left") {
  using namespace std::chrono_literals;
  log_limits how;
  how.each.age = 1ms;
  log all{1, how};
  auto who = begin(all, reading_by(lag_policy::skip, {"a"}));
  publish_each(all, "aa");
  all.expire(time_point{} + 1h);
  CHECK(read_all(all, who) == lines{"gap a 0..2 of 2 @2"});
  CHECK_FALSE(who.behind());
}

TEST_CASE("topics: a reader that coalesces gets the newest of each key") {
  auto all = log_keeping(9);
  auto who = begin(all, reading_by(lag_policy::coalesce, {"a"}));
  for (auto key : {"k", "l", "k", "m", "l"})
    all.publish("a", say(key, "", key), {}).value();
  all.publish("a", say("named", "k"), {}).value();
  CHECK(read_all(all, who) == lines{"4 m", "5 l", "6 named"});
  CHECK(all.find("a")->counted.coalesced == 3);
}

TEST_CASE("topics: nothing is replaced by what the reader does not get") {
  auto all = log_keeping(9);
  auto how = reading_by(lag_policy::coalesce, {"a"});
  how.topics[0].which.names = {"message"};
  how.self = 7;
  auto who = begin(all, how);
  all.publish("a", say("1", "", "k"), {}).value();
  all.publish("a", say("2", "other", "k"), {}).value();
  all.publish("a", say("3", "", "l"), {}).value();
  auto mine = say("4", "", "l");
  mine.except = 7;
  all.publish("a", mine, {}).value();
  CHECK(read_all(all, who) == lines{"1 1", "3 3"});
}

TEST_CASE("topics: nothing is replaced by an event of another topic") {
  auto all = log_keeping(9);
  auto who = begin(all, reading_by(lag_policy::coalesce, {"a", "b"}));
  publish_each(all, "ab");
  CHECK(read_all(all, who) == lines{"1 x", "2 x"});
}

TEST_CASE("topics: a reader that disconnects is too slow once overtaken") {
  auto all = log_keeping(2);
  auto who = begin(all, reading_by(lag_policy::disconnect, {"a", "b"}));
  publish_each(all, "baa");
  CHECK_FALSE(who.too_slow());
  publish_each(all, "a");
  CHECK(who.too_slow());
  auto made = all.read(who, plenty);
  CHECK(made->too_slow);
  CHECK(made->items.empty());
  CHECK(made->reached == position{1, 0});
}

TEST_CASE("topics: who comes from elsewhere is told of a gap from there") {
  auto all = log_keeping(1);
  publish_each(all, "abb");
  auto how = reading_by(lag_policy::skip, {"a"});
  how.after = id_of(1);
  auto one = all.subscribe(how, {}).value();
  how.after = id_of(3);
  auto other = all.subscribe(how, {}).value();
  publish_each(all, "aa");
  CHECK(read_all(all, one) == lines{"gap a 1..4 of 1 @4", "5 x"});
  CHECK(read_all(all, other) == lines{"gap a 3..4 of 1 @4", "5 x"});
}

TEST_CASE("topics: gaps that follow each other are one, until it is told") {
  auto all = log_keeping(1);
  publish_each(all, "aa");
  auto how = reading_by(lag_policy::coalesce, {"a"});
  how.after = id_of(0);
  auto who = all.subscribe(how, {}).value();
  publish_each(all, "aa");
  CHECK(read_all(all, who) == lines{"gap a 0..3 of 3 @3", "4 x"});
  publish_each(all, "aa");
  CHECK(read_all(all, who) == lines{"gap a 4..5 of 1 @5", "6 x"});
}

TEST_CASE("topics: what a joined topic had before is in no gap") {
  auto all = log_keeping(1);
  auto who = begin(all, reading_by(lag_policy::skip, {"a"}));
  publish_each(all, "bb");
  all.join(who, "b", {}, {}).value();
  publish_each(all, "bb");
  CHECK(read_all(all, who) == lines{"gap b 2..3 of 1 @3", "4 x"});
}

TEST_CASE("topics: what was gone before the oldest is in no gap") {
  auto all = log_keeping(1);
  publish_each(all, "aa");
  auto how = reading_by(lag_policy::skip, {"a"});
  how.from = beginning::oldest;
  auto who = all.subscribe(how, {}).value();
  publish_each(all, "aa");
  CHECK(read_all(all, who) == lines{"gap a 1..3 of 2 @3", "4 x"});
}

// -- resumed ------------------------------------------------------------------

TEST_CASE("topics: who comes back to a log of one topic is told how many") {
  auto all = log_keeping(2);
  publish_each(all, "aaaaa");
  auto who = all.subscribe(reading({"a"}, id_of(1)), {}).value();
  CHECK(read_all(all, who) == lines{"gap a 1..3 of 2 @3", "4 x", "5 x"});
}

TEST_CASE("topics: in a log of several nobody knows how many were of one") {
  auto all = log_keeping(2);
  publish_each(all, "abaaa");
  auto who = all.subscribe(reading({"a"}, id_of(1)), {}).value();
  CHECK(read_all(all, who) == lines{"gap a 1..3 of ? @3", "4 x", "5 x"});
}

TEST_CASE("topics: who comes back in time is told of no gap") {
  auto all = log_keeping(2);
  publish_each(all, "aaaaa");
  auto who = all.subscribe(reading({"a"}, id_of(3)), {}).value();
  CHECK(read_all(all, who) == lines{"4 x", "5 x"});
  auto at_end = all.subscribe(reading({"a"}, id_of(5)), {}).value();
  CHECK(read_all(all, at_end).empty());
}

TEST_CASE("topics: a position of another life, or none, is a gap from there") {
  auto all = log_keeping(2);
  publish_each(all, "aaa");
  for (std::string after : {"2-3", "1-4", "1-", "nonsense", "\"\n"}) {
    CAPTURE(after);
    auto who = all.subscribe(reading({"a"}, after), {}).value();
    auto missing = "gap a " + short_of(after) + "..1 of ? @1";
    CHECK(read_all(all, who) == lines{missing, "2 x", "3 x"});
  }
}

TEST_CASE("topics: what is no text, or too long, is not repeated") {
  auto all = log_keeping(2);
  for (auto& after : {std::string{"\xff"}, std::string(129, 'x')}) {
    auto who = all.subscribe(reading({"a"}, after), {}).value();
    CHECK(read_all(all, who) == lines{"gap a unknown..0 of ? @0"});
  }
}

TEST_CASE("topics: who refuses a gap is answered that all is gone") {
  auto all = log_keeping(2);
  publish_each(all, "aaa");
  auto refused = [&](const char* after) {
    auto how = reading({"b", "a"}, after);
    how.on_gap = gap_policy::refuse;
    auto made = all.subscribe(how, {});
    if (made.has_value())
      all.leave(made.value(), {});
    CHECK(all.find("b")->readers == 0);
    return made.has_error() && made.error().code == errc::gone;
  };
  CHECK(refused("1-0"));
  CHECK(refused("2-3"));
  CHECK(refused("1-4"));
  CHECK(refused("nonsense"));
  CHECK_FALSE(refused("1-1"));
  CHECK_FALSE(refused("1-3"));
  CHECK_FALSE(refused(""));
}

// -- of several topics --------------------------------------------------------

TEST_CASE("topics: of gaps with one end only the last has an id") {
  auto all = log_keeping(9);
  publish_each(all, "ab");
  auto who = all.subscribe(reading({"a", "b"}, "2-7"), {}).value();
  CHECK(read_all(all, who)
        == lines{"gap a 2-7..0 of ?", "gap b 2-7..0 of ? @0", "1 x", "2 x"});
}

TEST_CASE("topics: a gap comes before all that is behind its beginning") {
  auto all = log_keeping(2);
  auto who = begin(all, reading_by(lag_policy::coalesce, {"a", "b"}));
  for (auto topic : {"a", "b", "a", "a", "a"})
    all.publish(topic, say(topic, "", std::to_string(all.head().seq)), {})
      .value();
  CHECK(read_all(all, who)
        == lines{"gap a 0..3 of 2", "2 b", "@3", "4 a", "5 a"});
}

TEST_CASE("topics: whoever is cut before the id of a gap is told again") {
  auto all = log_keeping(2);
  publish_each(all, "abaaa");
  for (auto seq : {0u, 2u}) {
    auto who = all.subscribe(reading({"a", "b"}, id_of(seq)), {}).value();
    auto told = read_all(all, who);
    CHECK(told.front().starts_with("gap a " + std::to_string(seq) + "..3"));
  }
  auto who = all.subscribe(reading({"a", "b"}, id_of(3)), {}).value();
  CHECK(read_all(all, who) == lines{"4 x", "5 x"});
}

TEST_CASE("topics: the id of a gap comes also if a filter takes nothing") {
  auto all = log_keeping(2);
  publish_each(all, "abaaa");
  auto how = reading({"a", "b"}, id_of(0), {.names = {"other"}});
  auto who = all.subscribe(how, {}).value();
  CHECK(read_all(all, who) == lines{"gap a 0..3 of ?", "@3"});
  CHECK_FALSE(who.behind());
}

TEST_CASE("topics: the id of a gap comes also if its topic is left") {
  auto all = log_keeping(2);
  publish_each(all, "abaaa");
  auto who = all.subscribe(reading({"a", "b"}, id_of(0)), {}).value();
  CHECK(described(*all.read(who, 1)) == lines{"gap a 0..3 of ?"});
  all.part(who, "b", {});
  CHECK(read_all(all, who) == lines{"@3", "4 x", "5 x"});
}

TEST_CASE("topics: a small budget tears no gap from its id") {
  auto all = log_keeping(2);
  publish_each(all, "abbaaabb");
  auto who = all.subscribe(reading({"a", "b"}, id_of(0)), {}).value();
  lines told;
  while (who.behind())
    for (auto& each : described(*all.read(who, 1)))
      told.push_back(each);
  CHECK(told
        == lines{"gap b 0..3 of ?", "gap a 0..4 of ? @4", "5 x", "6 x", "7 x",
                 "8 x"});
}

} // namespace lungo::topic::test
