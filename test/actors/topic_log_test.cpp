#include "lungo/topics.hpp"

#include "recorders.hpp"

#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include <map>

using namespace lungo;
using namespace lungo::test;

namespace {

using news = msg::feed::news;

class topic_fixture : public fixture {
public:
  ~topic_fixture() override {
    all.stop();
    end_actors();
  }

  /// Someone who reads, by hand.
  struct reader {
    connection_actor who;
    std::shared_ptr<connection_record> heard;

    std::vector<msg::feed>& feeds() const { return heard->feeds; }

    /// Data of all events so far.
    std::string events() const {
      std::string out;
      for (auto& feed : feeds())
        if (feed.batch)
          for (auto& each : feed.batch->items)
            out += each.what.plain();
      return out;
    }
  };

  reader read(std::vector<std::string> names, topic::subscription how = {},
              std::string as = "", const topic::filter& which = {}) {
    auto heard = std::make_shared<connection_record>();
    reader made{spawn_recorder(*this, heard), heard};
    for (auto& each : names)
      how.topics.push_back({std::move(each), which});
    how.self = made.who->id();
    tell(made, msg::subscribe{made.who, how, std::move(as)});
    run();
    return made;
  }

  /// As connections do it.
  template <class T>
  static caf::message_priority priority_of(const T&) {
    return std::is_same_v<T, msg::pull> ? caf::message_priority::high
                                        : caf::message_priority::normal;
  }

  /// Says something to the log, as that reader.
  template <class T>
  void tell(const reader& who, T what) {
    auto log = caf::actor_cast<caf::strong_actor_ptr>(all.actor());
    log->enqueue(caf::actor_cast<caf::strong_actor_ptr>(who.who),
                 caf::make_message_id(priority_of(what)),
                 caf::make_message(std::move(what)), nullptr);
  }

  void pull(const reader& who, std::size_t budget = 64 * 1024) {
    tell(who, msg::pull{budget});
  }

  /// Publishes, and handles nothing yet.
  void publish_later(std::string topic, std::string data) {
    REQUIRE(
      all.publish(std::move(topic), sse::event{std::move(data)}).has_value());
  }

  void publish(std::string topic, std::string data) {
    publish_later(std::move(topic), std::move(data));
    run();
  }

  publish_result ask(msg::publish what) {
    publish_result result = error{errc::internal, "no answer"};
    caf::scoped_actor self{system()};
    auto answer = self->request(all.actor(), caf::infinite, std::move(what));
    run();
    answer.receive([&](const publish_result& got) { result = got; },
                   [](const caf::error&) {});
    return result;
  }

  topic::topic_statistics statistics(const std::string& topic) {
    topic::statistics got;
    caf::scoped_actor self{system()};
    auto answer
      = self->request(all.actor(), caf::infinite, topic::ask_statistics{topic});
    run();
    answer.receive([&](const topic::statistics& what) { got = what; },
                   [](const caf::error&) {});
    return got.topics.empty() ? topic::topic_statistics{} : got.topics.front();
  }

  void end(reader& who) {
    caf::anon_send_exit(who.who, caf::exit_reason::user_shutdown);
    release(who.who);
  }

  topics all{system(), config};
};

class small_fixture : public topic_fixture {
public:
  small_fixture() {
    all.declare("small", {.events = 4});
    run();
  }
};

} // namespace

TEST_CASE_FIXTURE(topic_fixture, "who publishes by a request gets the id") {
  auto first = ask({"a", {sse::event{"1"}, "m1"}});
  auto second = ask({"a", {sse::event{"2"}, "m2"}});
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->at.seq == 1);
  CHECK(second->at.seq == 2);
  CHECK(second->at.epoch == first->at.epoch);
  CHECK_FALSE(second->duplicate);
  auto again = ask({"a", {sse::event{"1"}, "m1"}});
  REQUIRE(again.has_value());
  CHECK(again->duplicate);
  CHECK(again->at == first->at);
}

TEST_CASE_FIXTURE(topic_fixture, "what cannot be published is refused in "
                                 "words") {
  config.topics.each.event_bytes = 5;
  all.stop();
  run();
  all = topics{system(), config};
  auto large = ask({"a", {sse::event{"123456"}}});
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().code == errc::content_too_large);
  auto nameless = ask({"", {sse::event{"1"}}});
  REQUIRE_FALSE(nameless.has_value());
  CHECK(nameless.error().code == errc::bad_request);
}

TEST_CASE_FIXTURE(topic_fixture, "who publishes by a plain message hears "
                                 "nothing") {
  auto someone = read({"b"});
  auto before = someone.feeds().size();
  tell(someone, msg::publish{"a", {sse::event{"1"}}});
  run();
  CHECK(someone.feeds().size() == before);
  CHECK(statistics("a").counted.published == 1);
}

TEST_CASE_FIXTURE(topic_fixture, "a reader has a place before it pulls, and "
                                 "hears its position first") {
  auto one = read({"a"});
  REQUIRE(one.feeds().size() == 1);
  CHECK(one.feeds()[0].what == news::begun);
  pull(one);
  run();
  REQUIRE(one.feeds().size() == 2);
  CHECK(one.events().starts_with("id: "));
  CHECK(one.events().ends_with("-0\n\n"));
}

TEST_CASE_FIXTURE(topic_fixture, "a pull that waits is answered once") {
  auto one = read({"a"});
  pull(one);
  run();
  pull(one);
  run();
  REQUIRE(one.feeds().size() == 2);
  publish("a", "first");
  REQUIRE(one.feeds().size() == 3);
  publish("a", "second");
  publish("a", "third");
  CHECK(one.feeds().size() == 3);
  pull(one);
  run();
  REQUIRE(one.feeds().size() == 4);
  CHECK(one.feeds().back().batch->items.size() == 2);
}

TEST_CASE_FIXTURE(topic_fixture, "readers at one place share one batch") {
  std::vector<reader> readers;
  for (int i = 0; i < 3; ++i) {
    readers.push_back(read({"a"}));
    pull(readers.back());
  }
  run();
  for (auto& each : readers)
    pull(each);
  publish("a", "for all");
  auto& first = readers[0].feeds().back().batch;
  for (auto& each : readers)
    CHECK(each.feeds().back().batch == first);
  CHECK(statistics("a").counted.delivered == 3);
}

TEST_CASE_FIXTURE(topic_fixture, "a topic with many readers does not hold up "
                                 "another") {
  std::vector<reader> crowd;
  for (int i = 0; i < 2000; ++i)
    crowd.push_back(read({"crowded"}));
  auto alone = read({"quiet"});
  for (auto& each : crowd)
    pull(each);
  pull(alone);
  run();
  for (auto& each : crowd)
    pull(each);
  pull(alone);
  run();
  auto before = alone.feeds().size();
  publish_later("crowded", "x");
  publish_later("quiet", "y");
  auto served = [&] {
    return std::count_if(crowd.begin(), crowd.end(),
                         [](auto& each) { return each.feeds().size() == 3; });
  };
  while (alone.feeds().size() == before && step()) {
  }
  CHECK(served() < 2000);
  run();
  CHECK(served() == 2000);
}

TEST_CASE_FIXTURE(topic_fixture, "readers that wait are served before a flood "
                                 "has passed them") {
  std::vector<reader> crowd;
  for (int i = 0; i < 200; ++i)
    pull(crowd.emplace_back(read({"a"})));
  run();
  for (auto& each : crowd)
    pull(each);
  run();
  auto kept = config.topics.each.events;
  for (std::size_t i = 0; i < kept + 5; ++i)
    publish_later("a", std::to_string(i));
  run();
  for (auto& each : crowd)
    pull(each);
  auto what = statistics("a");
  CHECK(what.counted.too_slow == 0);
  CHECK(what.counted.delivered == (kept + 5) * crowd.size());
}

TEST_CASE_FIXTURE(topic_fixture, "nobody is passed over when a reader before "
                                 "leaves") {
  std::map<int, reader> readers;
  for (int i = 0; i < 1000; ++i)
    pull(readers[i] = read({"a"}));
  run();
  for (auto& [number, each] : readers)
    pull(each);
  run();
  publish_later("a", "x");
  for (int number = 0; number < 1000; number += 3) {
    end(readers[number]);
    step();
  }
  run();
  for (auto& [number, each] : readers)
    if (each.who)
      CHECK(each.events().ends_with("data: x\n\n"));
  CHECK(statistics("a").readers == 666);
}

TEST_CASE_FIXTURE(small_fixture, "a reader that is overtaken is cut, though it "
                                 "does not pull") {
  auto slow = read({"small"});
  pull(slow);
  run();
  for (int i = 0; i < 5; ++i)
    publish("small", "x");
  advance(1s);
  REQUIRE(slow.feeds().back().batch);
  CHECK(slow.feeds().back().batch->too_slow);
  auto what = statistics("small");
  CHECK(what.counted.too_slow == 1);
  CHECK(what.readers == 0);
}

TEST_CASE_FIXTURE(small_fixture, "the lag of the slowest reader is counted") {
  auto slow = read({"small"});
  auto quick = read({"small"});
  pull(slow);
  pull(quick);
  run();
  pull(quick);
  for (int i = 0; i < 3; ++i) {
    publish("small", "x");
    pull(quick);
  }
  run();
  CHECK(statistics("small").lag == 3);
  pull(slow);
  CHECK(statistics("small").lag == 0);
}

TEST_CASE_FIXTURE(small_fixture,
                  "a client hears where it is, though its filter "
                  "lets nothing pass") {
  auto one = read({"small"}, {}, "", {.names = {"rare"}});
  pull(one);
  run();
  for (int i = 0; i < 20; ++i) {
    pull(one);
    publish("small", "x");
  }
  CHECK(one.events().find("data:") == std::string::npos);
  CHECK(one.feeds().back().batch->told > 20 - 4);
}

TEST_CASE_FIXTURE(topic_fixture,
                  "what a filter left out is no gap for who comes "
                  "back") {
  topic::subscription picky;
  picky.topics = {{"a", {.names = {"rare"}}}};
  std::string has;
  auto go_on = [&](reader& one) {
    pull(one);
    run();
    if (auto at = one.events().rfind("id: "); at != std::string::npos)
      has = one.events().substr(at + 4, one.events().find('\n', at) - at - 4);
  };
  auto comes_back = [&] {
    picky.after = has;
    picky.on_gap = topic::gap_policy::refuse;
    auto again = read({}, picky);
    return again.feeds().back().what != msg::feed::news::refused;
  };
  SUBCASE("by age") {
    all.declare("a", {.age = 5s});
    auto one = read({}, picky);
    go_on(one);
    go_on(one);
    for (int i = 0; i < 20; ++i) {
      publish("a", "x");
      go_on(one);
    }
    advance(10s);
    go_on(one);
    CHECK(comes_back());
  }
  SUBCASE("in a replay") {
    all.declare("a", {.events = 10});
    REQUIRE(all.publish("a", sse::event{"1"}.name("rare")).has_value());
    for (int i = 0; i < 9; ++i)
      publish("a", "x");
    picky.from = topic::beginning::oldest;
    auto one = read({}, picky);
    go_on(one);
    for (int i = 0; i < 5; ++i) {
      publish("a", "x");
      go_on(one);
      CHECK(comes_back());
    }
  }
}

TEST_CASE_FIXTURE(topic_fixture, "who watches hears of those who read, and who "
                                 "comes and goes") {
  struct record {
    std::vector<std::string> lines;
  };
  auto heard = std::make_shared<record>();
  auto first = read({"a"}, {}, "Ann");
  presence_actor watcher = system().spawn(
    [heard](presence_actor::pointer) -> presence_actor::behavior_type {
      return {
        [heard](const topic::joined& who) {
          heard->lines.push_back("+" + who.as + std::to_string(who.readers));
        },
        [heard](const topic::left& who) {
          heard->lines.push_back("-" + who.as + std::to_string(who.readers));
        },
      };
    });
  track(watcher);
  all.watch("a", watcher);
  run();
  auto second = read({"a", "b"}, {}, "Bob");
  auto elsewhere = read({"b"}, {}, "Eve");
  end(first);
  run();
  tell(second, msg::part{"a"});
  run();
  CHECK(heard->lines
        == std::vector<std::string>{"+Ann1", "+Bob2", "-Ann1", "-Bob0"});
}

TEST_CASE_FIXTURE(topic_fixture, "a reader reads a topic more, and one less") {
  auto one = read({"a"});
  pull(one);
  run();
  publish("b", "before");
  tell(one, msg::join{"b", {}});
  pull(one);
  publish("b", "while");
  CHECK(one.events().find("before") == std::string::npos);
  CHECK(one.events().ends_with("data: while\n\n"));
  tell(one, msg::part{"b"});
  pull(one);
  publish("b", "behind");
  CHECK(one.events().ends_with("data: while\n\n"));
}

TEST_CASE_FIXTURE(topic_fixture, "a reader is refused what there is no place "
                                 "for") {
  config.topics.on_demand = false;
  all.stop();
  run();
  all = topics{system(), config};
  auto one = read({"a"});
  REQUIRE(one.feeds().size() == 1);
  CHECK(one.feeds()[0].what == news::refused);
  REQUIRE(one.feeds()[0].why);
  CHECK(one.feeds()[0].why->code == errc::not_found);
  all.declare("a", {});
  auto later = read({"a"});
  CHECK(later.feeds()[0].what == news::begun);
}

TEST_CASE_FIXTURE(topic_fixture, "readers hear that the log has died, and its "
                                 "next life has another epoch") {
  auto one = read({"a"});
  auto before = ask({"a", {sse::event{"1"}}});
  all.declare("kept", {.events = 7});
  caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
  run();
  CHECK(one.feeds().back().what == news::gone);
  all.restart();
  auto behind = ask({"a", {sse::event{"1"}}});
  REQUIRE(behind.has_value());
  CHECK(behind->at.epoch != before->at.epoch);
  for (int i = 0; i < 10; ++i)
    publish("kept", "x");
  CHECK(statistics("kept").events == 7);
}

TEST_CASE_FIXTURE(topic_fixture, "publishers are refused what would not fit "
                                 "into memory, until the topics have caught "
                                 "up") {
  config.topics_inbox_bytes = 10'000;
  all.stop();
  run();
  all = topics{system(), config};
  auto fill = [&] {
    int taken = 0;
    while (all.publish("a", sse::event{std::string(1000, 'x')}))
      ++taken;
    return taken;
  };
  CHECK(fill() == 7);
  auto refused = all.publish("a", sse::event{std::string(1000, 'x')});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::unavailable);
  run();
  CHECK(fill() == 7);
  run();
  CHECK(statistics("a").counted.published == 14);
}

TEST_CASE_FIXTURE(topic_fixture, "a topic ends when nobody has used it for its "
                                 "time") {
  all.declare("brief", {.unused = 5s});
  publish("brief", "x");
  auto one = read({"brief"});
  advance(10s);
  CHECK(statistics("brief").topic == "brief");
  end(one);
  run();
  for (int i = 0; i < 8; ++i)
    advance(1s);
  CHECK(statistics("brief").topic.empty());
}
