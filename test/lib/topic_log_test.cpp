#include "topic_samples.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

namespace lungo::topic::test {

namespace {

using namespace std::chrono_literals;

errc refusal(const result<void>& what) {
  return what.error().code;
}

errc refusal(const result<published>& what) {
  return what.error().code;
}

errc refusal(const result<reader>& what) {
  return what.error().code;
}

} // namespace

// -- topics -------------------------------------------------------------------

TEST_CASE("topics: one is made when it is first named") {
  auto all = log_keeping(9);
  CHECK(all.find("a") == nullptr);
  publish(all, "a", "x");
  all.subscribe(reading({"b"}), {}).value();
  CHECK(all.find("a") != nullptr);
  CHECK(all.find("b") != nullptr);
}

TEST_CASE("topics: without that, there are those which were declared") {
  log_limits how;
  how.on_demand = false;
  log all{1, how};
  CHECK(all.declare("a", {}, {}).has_value());
  CHECK(publish(all, "a", "x") == 1);
  CHECK(refusal(all.publish("b", say("x"), {})) == errc::not_found);
  CHECK(refusal(all.subscribe(reading({"a", "b"}), {})) == errc::not_found);
  auto who = all.subscribe(reading({"a"}), {}).value();
  CHECK(refusal(all.join(who, "b", {}, {})) == errc::not_found);
  CHECK(all.find("a")->readers == 1);
}

TEST_CASE("topics: there are so many, and no more") {
  log_limits how;
  how.topics = 2;
  log all{1, how};
  publish(all, "a", "x");
  publish(all, "b", "x");
  CHECK(refusal(all.declare("c", {}, {})) == errc::unavailable);
  CHECK(refusal(all.publish("c", say("x"), {})) == errc::unavailable);
  CHECK(refusal(all.subscribe(reading({"c"}), {})) == errc::unavailable);
  CHECK(publish(all, "a", "x") == 3);
}

TEST_CASE("topics: one may be declared with limits of its own, once") {
  auto all = log_keeping(9);
  all.declare("a", keeping(1), {}).value();
  all.declare("a", keeping(5), {}).value();
  publish(all, "b", "x");
  all.declare("b", keeping(1), {}).value();
  CHECK(all.find("a")->how().events == 1);
  CHECK(all.find("b")->how().events == 9);
  CHECK(all.find("b")->size() == 1);
  CHECK(refusal(all.declare("", {}, {})) == errc::bad_request);
}

TEST_CASE("topics: one that was declared comes back as it was") {
  log_limits how;
  how.on_demand = false;
  log all{1, how};
  auto own = keeping(1);
  own.unused = 1ms;
  all.declare("a", own, {}).value();
  auto later = time_point{} + 1h;
  REQUIRE(all.expire(later) == lines{"a"});
  all.publish("a", say("x"), later).value();
  CHECK(all.find("a")->how().events == 1);
  CHECK(refusal(all.publish("b", say("x"), later)) == errc::not_found);
}

TEST_CASE("topics: one that knows a message id stays as long as it does") {
  log_limits how;
  how.each.unused = 10s;
  how.each.message_id_age = 120s;
  log all{1, how};
  time_point now{};
  auto said = [] { return publication{sse::event{"x"}, "m"}; };
  auto first = all.publish("a", said(), now).value();
  CHECK(all.expire(now + 15s).empty());
  auto again = all.publish("a", said(), now + 15s).value();
  CHECK(again.duplicate);
  CHECK(again.at == first.at);
  CHECK(all.expire(now + 121s) == lines{"a"});
}

TEST_CASE("topics: one that nobody uses ends, and only then") {
  log_limits how;
  how.each.unused = 100ms;
  log all{1, how};
  time_point now{};
  all.publish("a", say("x"), now).value();
  auto who = all.subscribe(reading({"b"}), now).value();
  CHECK(all.expire(now + 100ms).empty());
  CHECK(all.expire(now + 101ms) == lines{"a"});
  CHECK(all.find("a") == nullptr);
  CHECK(all.expire(now + 1h).empty());
  all.leave(who, now + 1h);
  CHECK(all.expire(now + 1h + 100ms).empty());
  CHECK(all.expire(now + 1h + 101ms) == lines{"b"});
}

TEST_CASE("topics: of one that ended a reader is told, as far as is known") {
  log_limits how;
  how.each.unused = 100ms;
  log all{1, how};
  publish(all, "a", "1");
  publish(all, "a", "2");
  all.expire(time_point{} + 1h);
  all.publish("a", say("3"), time_point{} + 1h).value();
  auto who = all.subscribe(reading({"a"}, id_of(1)), {}).value();
  CHECK(read_all(all, who) == lines{"gap a 1..2 of ? @2", "3 3"});
  auto later = all.subscribe(reading({"a"}, id_of(2)), {}).value();
  CHECK(read_all(all, later) == lines{"3 3"});
}

TEST_CASE("topics: one that is new may have been one that ended") {
  log_limits how;
  how.each.unused = 100ms;
  log all{1, how};
  publish(all, "a", "1");
  all.expire(time_point{} + 1h);
  auto who = all.subscribe(reading({"b"}, id_of(0)), {}).value();
  CHECK(read_all(all, who) == lines{"gap b 0..1 of ? @1"});
}

// -- readers ------------------------------------------------------------------

TEST_CASE("topics: a reader needs a topic, and has not too many") {
  log_limits how;
  how.reader_topics = 2;
  log all{1, how};
  CHECK(refusal(all.subscribe(reading({}), {})) == errc::bad_request);
  CHECK(refusal(all.subscribe(reading({"a", "b", "c"}), {}))
        == errc::bad_request);
  auto who = all.subscribe(reading({"a", "b"}), {}).value();
  CHECK(all.join(who, "a", {}, {}).has_value());
  CHECK(refusal(all.join(who, "c", {}, {})) == errc::bad_request);
  CHECK(all.find("c") == nullptr);
}

TEST_CASE("topics: a topic named twice is read once") {
  auto all = log_keeping(9);
  auto who = all.subscribe(reading({"a", "a"}), {}).value();
  publish(all, "a", "x");
  CHECK(all.find("a")->readers == 1);
  CHECK(read_all(all, who) == lines{"@0", "1 x"});
}

TEST_CASE("topics: a reader is told where it is before anything has come") {
  auto all = log_keeping(9);
  publish(all, "a", "1");
  auto who = all.subscribe(reading({"a"}), {}).value();
  CHECK(who.behind());
  publish(all, "a", "2");
  CHECK(read_all(all, who) == lines{"@1", "2 2"});
  CHECK_FALSE(who.behind());
  CHECK(read_all(all, who).empty());
}

TEST_CASE("topics: events of several come in the order of the log") {
  auto all = log_keeping(9);
  for (auto topic : {"a", "b", "c", "b", "a"})
    publish(all, topic, topic);
  auto who = all.subscribe(reading({"b", "a"}, id_of(1)), {}).value();
  CHECK(read_all(all, who) == lines{"2 b", "4 b", "5 a"});
}

TEST_CASE("topics: with the oldest a reader begins without a gap") {
  auto all = log_keeping(2);
  for (auto text : {"1", "2", "3"})
    publish(all, "a", text);
  auto who = all.subscribe(reading_from_oldest({"a"}), {}).value();
  CHECK(read_all(all, who) == lines{"2 2", "3 3"});
  auto none = all.subscribe(reading_from_oldest({"b"}), {}).value();
  CHECK(read_all(all, none) == lines{"@3"});
}

TEST_CASE("topics: who joins one reads it from then on") {
  auto all = log_keeping(9);
  publish(all, "b", "old");
  auto who = all.subscribe(reading({"a"}), {}).value();
  all.join(who, "b", {}, {}).value();
  publish(all, "b", "new");
  publish(all, "a", "x");
  CHECK(read_all(all, who) == lines{"@1", "2 new", "3 x"});
  CHECK(all.find("b")->readers == 1);
}

TEST_CASE("topics: who parts from one reads the others on") {
  auto all = log_keeping(9);
  auto who = all.subscribe(reading({"a", "b"}), {}).value();
  publish(all, "b", "1");
  publish(all, "a", "2");
  all.part(who, "b", {});
  all.part(who, "unknown", {});
  CHECK(read_all(all, who) == lines{"@0", "2 2"});
  CHECK(all.find("b")->readers == 0);
  all.leave(who, {});
  CHECK(all.find("a")->readers == 0);
}

TEST_CASE("topics: the one whose actor is excepted does not get an event") {
  auto all = log_keeping(9);
  auto how = reading({"a"});
  how.self = 7;
  auto mine = all.subscribe(how, {}).value();
  how.self = 8;
  auto other = all.subscribe(how, {}).value();
  auto what = say("x");
  what.except = 7;
  all.publish("a", what, {}).value();
  CHECK(read_all(all, mine) == lines{"@0"});
  CHECK(read_all(all, other) == lines{"@0", "1 x"});
  CHECK(mine.cursor().seq == 1);
}

TEST_CASE("topics: a filter takes events by their names") {
  auto all = log_keeping(9);
  auto how = reading({"a"}, id_of(0));
  how.topics[0].which.names = {"tick", "message"};
  for (auto name : {"tick", "", "tock"})
    all.publish("a", say("x", name), {}).value();
  auto who = all.subscribe(how, {}).value();
  CHECK(read_all(all, who) == lines{"1 x", "2 x"});
  CHECK(who.cursor().seq == 3);
}

TEST_CASE("topics: a filter may look at the event; one that throws takes it") {
  auto all = log_keeping(9);
  for (auto text : {"yes", "no", "?"})
    publish(all, "a", text);
  auto how = reading({"a"}, id_of(0));
  how.topics[0].which.accepts = [](const sse::event& what) {
    if (what.data() == "?")
      throw std::runtime_error("not known");
    return what.data() == "yes";
  };
  auto who = all.subscribe(how, {}).value();
  CHECK(read_all(all, who) == lines{"1 yes", "3 ?"});
}

TEST_CASE("topics: the lag of a reader is what it has not read") {
  auto all = log_keeping(3);
  auto who = all.subscribe(reading({"a", "b"}), {}).value();
  for (int i = 0; i < 5; ++i)
    publish(all, "a", "x");
  publish(all, "b", "x");
  CHECK(who.lag(*all.find("a")) == 5);
  CHECK(who.lag(*all.find("b")) == 1);
  auto up_to_date = all.subscribe(reading({"a"}), {}).value();
  CHECK(up_to_date.lag(*all.find("a")) == 0);
}

TEST_CASE("topics: a batch is as large as the budget, and the event beyond") {
  auto all = log_keeping(9);
  auto who = all.subscribe(reading({"a"}, id_of(0)), {}).value();
  for (int i = 0; i < 3; ++i)
    publish(all, "a", std::string(100, 'x'));
  auto one = all.read(who, 1);
  CHECK(one->items.size() == 1);
  CHECK(one->reached == position{1, 1});
  CHECK(one->bytes == one->items.front().what.size());
  CHECK(who.behind());
  CHECK(all.read(who, one->bytes + 1)->items.size() == 2);
}

// -- shared batches -----------------------------------------------------------

TEST_CASE("topics: readers that are alike get the same batch") {
  auto all = log_keeping(9);
  auto one = all.subscribe(reading({"a"}), {}).value();
  auto other = all.subscribe(reading({"a"}), {}).value();
  publish(all, "a", "x");
  auto made = all.read(one, plenty);
  CHECK(all.read(other, plenty) == made);
  CHECK(made->items.size() == 2);
  CHECK_FALSE(other.behind());
  CHECK(all.find("a")->counted.delivered == 2);
  publish(all, "a", "y");
  CHECK(read_all(all, other) == lines{"2 y"});
}

TEST_CASE("topics: a smaller budget shares a batch that fits into it whole") {
  auto all = log_keeping(9);
  auto begin
    = [&] { return all.subscribe(reading({"a"}, id_of(0)), {}).value(); };
  auto one = begin();
  auto other = begin();
  auto third = begin();
  publish(all, "a", "x");
  publish(all, "a", "y");
  auto made = all.read(one, plenty);
  CHECK(all.read(other, made->bytes) == made);
  CHECK(described(*all.read(third, made->bytes / 2)) == lines{"1 x"});
}

TEST_CASE("topics: readers that are not alike get batches of their own") {
  auto all = log_keeping(9);
  publish(all, "a", "1");
  publish(all, "a", "2");
  auto first = all.subscribe(reading({"a"}, id_of(0)), {}).value();
  auto made = all.read(first, plenty);
  auto how = reading({"a"}, id_of(0));
  lines both{"1 1", "2 2"};
  auto read_as = [&](const subscription& other) {
    auto who = all.subscribe(other, {}).value();
    auto its = all.read(who, plenty);
    CHECK(its != made);
    return described(*its);
  };
  SUBCASE("but at another place") {
    CHECK(read_as(reading({"a"}, id_of(1))) == lines{"2 2"});
  }
  SUBCASE("but of another topic") {
    CHECK(read_as(reading({"b"}, id_of(0))).empty());
  }
  SUBCASE("but of one more topic") {
    CHECK(read_as(reading({"a", "b"}, id_of(0))) == both);
  }
  SUBCASE("but with a filter") {
    how.topics[0].which.names = {"tick"};
    CHECK(read_as(how).empty());
  }
  SUBCASE("but with a predicate") {
    how.topics[0].which.accepts = [](const sse::event&) { return false; };
    CHECK(read_as(how).empty());
  }
  SUBCASE("but by another policy") {
    how.slow = lag_policy::coalesce;
    CHECK(read_as(how) == lines{"2 2"});
  }
  SUBCASE("but in another form") {
    how.as = form::websocket;
    auto who = all.subscribe(how, {}).value();
    auto its = all.read(who, plenty);
    CHECK(listener{form::websocket}.feed(octets_of(*its)).size() == 2);
  }
}

TEST_CASE("topics: a batch with an event that somebody does not get is not "
          "shared") {
  auto all = log_keeping(9);
  auto how = reading({"a"}, id_of(0));
  auto one = all.subscribe(how, {}).value();
  how.self = 7;
  auto other = all.subscribe(how, {}).value();
  auto what = say("x");
  what.except = 7;
  all.publish("a", what, {}).value();
  CHECK(read_all(all, one) == lines{"1 x"});
  CHECK(read_all(all, other).empty());
}

TEST_CASE("topics: nor one that lacks what an event replaces that somebody "
          "does not get") {
  auto all = log_keeping(9);
  auto how = reading({"a"}, id_of(0));
  how.slow = lag_policy::coalesce;
  auto one = all.subscribe(how, {}).value();
  how.self = 7;
  auto other = all.subscribe(how, {}).value();
  all.publish("a", say("1", "", "k"), {}).value();
  all.publish("a", say("2", "", "l"), {}).value();
  auto what = say("3", "", "k");
  what.except = 7;
  all.publish("a", what, {}).value();
  CHECK(described(*all.read(one, 1)) == lines{"2 2"});
  CHECK(described(*all.read(other, 1)) == lines{"1 1"});
}

TEST_CASE("topics: what is shared is counted for each") {
  auto all = log_keeping(2);
  auto how = reading({"a"});
  how.slow = lag_policy::coalesce;
  auto one = all.subscribe(how, {}).value();
  auto other = all.subscribe(how, {}).value();
  for (auto text : {"1", "2", "3", "4"})
    publish(all, "a", text);
  CHECK(all.read(one, plenty) == all.read(other, plenty));
  CHECK(all.find("a")->counted == counters{4, 0, 2, 2, 4, 2, 0});
}

TEST_CASE("topics: one that ends takes its batch with it") {
  log_limits how;
  how.each.unused = 1ms;
  log all{1, how};
  auto make = [&] { return all.subscribe(reading({"a"}), {}).value(); };
  auto who = make();
  auto made = all.read(who, plenty);
  all.leave(who, {});
  std::weak_ptr<const batch> kept = made;
  made.reset();
  CHECK_FALSE(kept.expired());
  all.expire(time_point{} + 1h);
  CHECK(kept.expired());
}

} // namespace lungo::topic::test
