#include "topic_samples.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace lungo::topic::test {

namespace {

using namespace std::chrono_literals;

publication named(std::string id, std::string text = "a") {
  auto out = say(std::move(text));
  out.message_id = std::move(id);
  return out;
}

/// Each bound of its topic `a` is far, but those that `how` is given.
struct one_topic {
  explicit one_topic(const limits& how) : all(1, log_limits{how}) {}

  published add(publication what, time_point now = {}) {
    return all.publish("a", std::move(what), now).value();
  }

  history& a() { return *all.find("a"); }

  log all;
};

} // namespace

TEST_CASE("topics: the oldest event goes when there are too many") {
  one_topic of{keeping(3)};
  for (auto text : {"1", "2", "3", "4", "5"})
    of.add(say(text));
  CHECK(of.a().size() == 3);
  CHECK(of.a().first() == 3);
  CHECK(of.a().last() == 5);
  CHECK(of.a().lost_to() == 2);
  CHECK(of.a().at(3).what.data() == "3");
}

TEST_CASE("topics: the oldest events go when all are too large") {
  limits how;
  how.bytes = 10'000;
  one_topic of{how};
  for (int i = 0; i < 50; ++i) {
    of.add(say(std::string(1000, 'x')));
    CHECK(of.a().bytes() <= 10'000);
  }
  CHECK(of.a().size() > 4);
  CHECK(of.a().size() < 10);
  of.add(say(std::string(9900, 'x')));
  CHECK(of.a().size() == 1);
}

TEST_CASE("topics: what events cost encoded counts towards the bound") {
  limits how;
  how.bytes = 10'000;
  one_topic plain{how};
  one_topic of{how};
  for (auto* each : {&plain, &of})
    for (int i = 0; i < 50; ++i)
      each->add(say(std::string(1000, 'x')));
  auto before = of.a().bytes();
  auto size = of.a().encoded(of.a().last(), form::websocket).size();
  CHECK(of.a().bytes() == before + size);
  of.a().encoded(of.a().last(), form::websocket);
  CHECK(of.a().bytes() == before + size);
  of.a().encoded(of.a().last(), form::event_stream);
  CHECK(of.a().bytes() > before + size);
  for (auto* each : {&plain, &of})
    each->add(say("x"));
  CHECK(of.a().bytes() <= 10'000);
  CHECK(of.a().size() < plain.a().size());
}

TEST_CASE("topics: all that an event cost is given back") {
  one_topic of{keeping(1)};
  of.add(say("a"));
  auto one = of.a().bytes();
  of.a().encoded(1, form::event_stream);
  of.a().encoded(1, form::websocket);
  of.add(say("b"));
  CHECK(of.a().bytes() == one);
}

TEST_CASE("topics: the newest event stays, whatever it costs") {
  limits how;
  how.bytes = 10;
  how.events = 0;
  one_topic of{how};
  of.add(say("a"));
  of.add(say("b"));
  CHECK(of.a().size() == 1);
  CHECK(of.a().at(2).what.data() == "b");
}

TEST_CASE("topics: events go when they are too old") {
  limits how;
  how.age = 100ms;
  one_topic of{how};
  time_point now{};
  of.add(say("a"), now);
  of.add(say("b"), now + 50ms);
  of.all.expire(now + 100ms);
  CHECK(of.a().size() == 2);
  of.all.expire(now + 101ms);
  CHECK(of.a().size() == 1);
  of.all.expire(now + 1h);
  CHECK(of.a().empty());
  CHECK(of.a().lost_to() == 2);
}

TEST_CASE("topics: without an age nothing is too old") {
  one_topic of{limits{}};
  of.add(say("a"));
  of.all.expire(time_point{} + 10000h);
  CHECK(of.a().size() == 1);
}

TEST_CASE("topics: a message id again is answered as the first was") {
  one_topic of{keeping(1)};
  auto first = of.add(named("x"));
  of.add(named("y"));
  CHECK_FALSE(first.duplicate);
  auto again = of.add(named("x", "another text"));
  CHECK(again.duplicate);
  CHECK(again.at == first.at);
  CHECK(of.all.head().seq == 2);
  CHECK(of.a().counted.published == 2);
  CHECK(of.a().counted.duplicates == 1);
}

TEST_CASE("topics: what has no message id repeats nothing") {
  one_topic of{limits{}};
  of.add(say("a"));
  CHECK_FALSE(of.add(say("a")).duplicate);
}

TEST_CASE("topics: each topic knows its own message ids") {
  one_topic of{limits{}};
  of.add(named("x"));
  CHECK_FALSE(of.all.publish("b", named("x"), {}).value().duplicate);
}

TEST_CASE("topics: so many message ids are known, and no more") {
  limits how;
  how.message_ids = 2;
  one_topic of{how};
  for (auto id : {"x", "y", "z"})
    of.add(named(id));
  CHECK(of.add(named("y")).duplicate);
  CHECK(of.add(named("z")).duplicate);
  CHECK_FALSE(of.add(named("x")).duplicate);
  CHECK_FALSE(of.add(named("y")).duplicate);
  how.message_ids = 0;
  one_topic none{how};
  none.add(named("x"));
  CHECK_FALSE(none.add(named("x")).duplicate);
}

TEST_CASE("topics: a message id is known for so long, whoever looks") {
  limits how;
  how.message_id_age = 100ms;
  one_topic of{how};
  time_point now{};
  of.add(named("x"), now);
  CHECK(of.add(named("x"), now + 100ms).duplicate);
  CHECK_FALSE(of.add(named("x"), now + 101ms).duplicate);
  CHECK(of.add(named("x"), now + 201ms).duplicate);
}

TEST_CASE("topics: an event is as large as its topic takes, or too large") {
  limits how;
  how.event_bytes = 10;
  one_topic of{how};
  of.add(say(std::string(10, 'x')));
  auto refused = of.all.publish("a", say(std::string(11, 'x')), {});
  CHECK(refused.error().code == errc::content_too_large);
  CHECK(of.all.head().seq == 1);
}

TEST_CASE("topics: all texts of an event count to its size") {
  limits how;
  how.event_bytes = 10;
  one_topic of{how};
  publication whole{sse::event{"123"}.name("456").key("78"), "90"};
  CHECK(octets(whole) == 10);
  CHECK(of.all.publish("a", whole, {}).has_value());
  whole.what.key("789");
  whole.message_id = "9a";
  CHECK(of.all.publish("a", whole, {}).error().code == errc::content_too_large);
  CHECK(octets({sse::event{"123"}}) == 3);
  CHECK(octets({sse::event{"123"}.name("45")}) == 5);
  CHECK(octets({sse::event::comment("12345").data("x")}) == 6);
}

TEST_CASE("topics: each counts what becomes of its events") {
  one_topic of{keeping(2)};
  auto how = reading({"a"});
  how.slow = lag_policy::coalesce;
  auto who = of.all.subscribe(how, {}).value();
  for (auto text : {"1", "2", "3", "4"})
    of.add(say(text));
  of.all.read(who, plenty);
  CHECK(of.a().counted == counters{4, 0, 1, 1, 2, 1, 0});
  how.slow = lag_policy::disconnect;
  auto slow = of.all.subscribe(how, {}).value();
  for (auto text : {"5", "6", "7"})
    of.add(say(text));
  of.all.read(slow, plenty);
  CHECK(of.a().counted == counters{7, 0, 1, 1, 2, 1, 1});
}

} // namespace lungo::topic::test
