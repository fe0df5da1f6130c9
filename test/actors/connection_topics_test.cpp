#include "lungo/topics.hpp"
#include "lungo/websocket_connection.hpp"

#include "event_stream_parser.hpp"
#include "stream_fixture.hpp"

#include <algorithm>
#include <random>

using namespace lungo;
using namespace lungo::test;

namespace {

using load_atom = caf::atom_constant<caf::atom("load")>;

class reading_fixture : public stream_fixture {
public:
  ~reading_fixture() override {
    all.stop();
    end_actors();
  }

  /// Starts a stream that reads those topics, and commits it.
  connection_actor read(std::vector<std::string> names,
                        subscribe_options how = {}, sse::options opts = {}) {
    auto made = open_upgrade(sse::subscribe(all, std::move(names), how, opts));
    confirm(made);
    return made;
  }

  void publish_later(const std::string& topic, const std::string& data) {
    REQUIRE(all.publish(topic, sse::event{data}).has_value());
  }

  void publish(const std::string& topic, const std::string& data) {
    publish_later(topic, data);
    run();
  }

  std::vector<stream_event> events() const {
    return read_event_stream(seen->written());
  }

  /// What the client has seen: data, or the name of what is no plain event.
  std::string data() const {
    std::string out;
    for (auto& each : events())
      out += (each.type == "message" ? each.data : each.type) + " ";
    return out;
  }

  /// Of the log, after something has been published.
  std::optional<std::uint64_t> epoch() const {
    auto text = seen->written();
    auto at = text.find("\"id\":\"");
    if (at == text.npos)
      return {};
    auto from = text.substr(at + 6);
    auto found = topic::parse_position(from.substr(0, from.find('"')));
    return found ? std::optional{found->epoch} : std::nullopt;
  }

  topics all{system(), config};
};

sse::options narrow() {
  sse::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 100};
  return how;
}

} // namespace

TEST_CASE_FIXTURE(reading_fixture, "a stream is ready when the topics have "
                                   "agreed, not before") {
  auto wish = sse::subscribe(all, {"a"});
  auto exchange
    = std::make_shared<http::exchange>(http::prepare(request, wish(*request)));
  auto& plan = static_cast<const spawn_plan&>(*exchange->upgrade->plan);
  track(plan.spawn(system(), {exchange, supervisor, plan.outbox(config)}));
  REQUIRE(step());
  CHECK(told->ready.empty());
  run();
  CHECK(told->ready.size() == 1);
}

TEST_CASE_FIXTURE(reading_fixture, "what the topics refuse, the supervisor "
                                   "hears instead of ready") {
  request->fields.add("Last-Event-ID", "elsewhere-1");
  auto who = open_upgrade(
    sse::subscribe(all, {"a"}, {.on_gap = topic::gap_policy::refuse}));
  CHECK(told->ready.empty());
  REQUIRE(told->refusals.size() == 1);
  CHECK(told->refusals[0].code == errc::gone);
  CHECK(has_ended(who));
}

TEST_CASE_FIXTURE(reading_fixture, "a name has to be there, and all names in "
                                   "one call of on_open") {
  auto nameless = [&](plain* self) {
    CHECK_THROWS_AS(self->subscribe(all, {}), invalid_value);
    self->subscribe(all, {"a"});
    CHECK_THROWS_AS(self->subscribe(all, {"b"}), std::logic_error);
    return sse::behavior{};
  };
  open(nameless);
}

TEST_CASE_FIXTURE(reading_fixture,
                  "a client knows where it is before any event "
                  "has come, and events follow as they are "
                  "published") {
  publish("a", "earlier");
  read({"a"});
  CHECK(data().empty());
  CHECK(seen->written().ends_with("-1\n\n"));
  publish("a", "one");
  publish("a", "two");
  CHECK(data() == "one two ");
}

TEST_CASE_FIXTURE(reading_fixture,
                  "a client that comes back goes on behind its "
                  "last id, by field or by query") {
  auto first = read({"a"});
  publish("a", "one");
  auto id = events().back().last_event_id;
  tell(first, close_atom_v);
  publish("a", "two");
  publish("a", "three");
  auto before = data();
  SUBCASE("by field") {
    request->fields.add("Last-Event-ID", id);
    request->query = "lastEventId=wrong";
  }
  SUBCASE("by query") {
    request->query = "lastEventId=" + id;
  }
  read({"a"});
  CHECK(data() == before + "two three ");
}

TEST_CASE_FIXTURE(reading_fixture, "a stream pulls when there is room again, "
                                   "and gets all in order") {
  auto who = read({"a"}, {}, narrow());
  for (int i = 0; i < 20; ++i)
    publish("a", std::to_string(i) + std::string(40, '.'));
  auto unread = events().size();
  CHECK(unread < 6);
  while (events().size() < 20) {
    auto before = events().size();
    drain_all(who);
    REQUIRE(events().size() > before);
  }
  for (std::size_t i = 0; i < 20; ++i)
    CHECK(events()[i].data.starts_with(std::to_string(i) + "."));
}

TEST_CASE_FIXTURE(reading_fixture, "a slow client ends when the topic has gone "
                                   "on without it") {
  all.declare("small", {.events = 3});
  auto reasons = std::make_shared<std::vector<close_reason>>();
  auto wish = sse::upgrade(
    [=, this](plain* self) {
      self->on_close([=](close_reason why) { reasons->push_back(why); });
      self->subscribe(all, {"small"});
      return sse::behavior{};
    },
    narrow());
  confirm(open_upgrade(wish));
  for (int i = 0; i < 10; ++i)
    publish("small", std::string(100, 'x'));
  CHECK(reasons->empty());
  advance(1s);
  CHECK(*reasons == std::vector{close_reason::too_slow});
}

TEST_CASE_FIXTURE(reading_fixture, "a slow client that may skip is told of the "
                                   "gap and gets the newest") {
  all.declare("small", {.events = 3});
  auto who = read({"small"}, {.slow = topic::lag_policy::skip}, narrow());
  for (int i = 0; i < 10; ++i)
    publish("small", std::to_string(i) + std::string(100, '.'));
  drain_all(who);
  drain_all(who);
  auto got = events();
  REQUIRE(got.size() == 3);
  CHECK(got[1].type == "gap");
  CHECK(got[1].data.find("\"count\":8") != std::string::npos);
  CHECK(got[2].data.starts_with("9."));
}

TEST_CASE_FIXTURE(reading_fixture,
                  "an event that grows larger on the wire than "
                  "what may wait cuts nobody") {
  sse::options small;
  small.outbox = flow::outbox_limits{.bytes = 1000};
  auto who = read({"a"}, {}, small);
  publish("a", std::string(800, '\n'));
  publish("a", "next");
  drain_all(who);
  CHECK_FALSE(has_ended(who));
  CHECK(data().ends_with(" next "));
}

TEST_CASE_FIXTURE(reading_fixture, "the policy of pushes is not that of what a "
                                   "client reads") {
  publish("a", "one");
  publish("a", "two");
  publish("a", "three");
  sse::options how;
  how.outbox = flow::outbox_limits{.policy = flow::overflow_policy::coalesce};
  read({"a"}, {.from = topic::beginning::oldest}, how);
  CHECK(data() == "one two three ");
}

TEST_CASE_FIXTURE(reading_fixture, "what is behind a large snapshot waits for "
                                   "its turn") {
  constexpr std::size_t many = 2000;
  request->fields.add("Last-Event-ID", "elsewhere-1");
  all.declare("a", {.events = many});
  for (std::size_t i = 0; i < many; ++i)
    publish("a", "x");
  auto who = open_upgrade(sse::upgrade([&](plain* self) {
    auto bridge = [self](const topic::gap&) {
      self->push(sse::event{std::string(100'000, 's')}.name("snapshot"));
    };
    self->subscribe(all, {"a"}, {.bridge = bridge});
    return sse::behavior{};
  }));
  confirm(who);
  while (events().size() < many + 1) {
    auto before = events().size();
    drain_all(who);
    REQUIRE(events().size() > before);
  }
  CHECK(events().front().type == "snapshot");
}

TEST_CASE_FIXTURE(reading_fixture, "a bridge speaks in place of the gap, and "
                                   "the client can come back to behind it") {
  request->fields.add("Last-Event-ID", "elsewhere-1");
  publish("a", "one");
  confirm(open_upgrade(sse::upgrade([&](plain* self) {
    auto bridge = [self](const topic::gap& what) {
      CHECK(what.from == "elsewhere-1");
      self->push(sse::event{"snapshot"});
    };
    self->subscribe(all, {"a"}, {.bridge = bridge});
    return sse::behavior{};
  })));
  CHECK(data() == "snapshot one ");
  auto position = seen->written().find("-0\n\n");
  REQUIRE(position != std::string::npos);
  CHECK(position > seen->written().find("snapshot"));
}

TEST_CASE_FIXTURE(reading_fixture, "what a bridge awaits comes before the "
                                   "events behind the gap") {
  auto store = system().spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](load_atom) { return std::string{"loaded"}; }};
  });
  track(store);
  request->fields.add("Last-Event-ID", "elsewhere-1");
  publish("a", "one");
  confirm(open_upgrade(sse::upgrade([&](plain* self) {
    auto bridge = [self, store](const topic::gap&) {
      self->request(store, caf::infinite, load_atom::value)
        .await(
          [self](const std::string& what) { self->push(sse::event{what}); });
    };
    self->subscribe(all, {"a"}, {.bridge = bridge});
    return sse::behavior{};
  })));
  publish("a", "two");
  CHECK(data() == "loaded one two ");
}

TEST_CASE_FIXTURE(reading_fixture, "readers of a log that died are told of a "
                                   "gap, and go on in its next life") {
  auto who = read({"a"});
  publish("a", "one");
  caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
  run();
  all.restart();
  advance(1s);
  CHECK_FALSE(has_ended(who));
  publish("a", "two");
  CHECK(data() == "one gap two ");
}

TEST_CASE_FIXTURE(reading_fixture, "a reader finds the next life of the log, "
                                   "however late it comes") {
  read({"a"});
  caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
  run();
  for (int i = 0; i < 20; ++i)
    advance(100ms);
  all.restart();
  advance(1s);
  publish("a", "two");
  CHECK(data() == "gap two ");
}

TEST_CASE_FIXTURE(reading_fixture, "in the next life of the log each topic has "
                                   "its own filter") {
  using more_atom = caf::atom_constant<caf::atom("more")>;
  auto who = open_upgrade(sse::upgrade([this](plain* self) -> sse::behavior {
    self->subscribe(all, {"a"}, {.events = {"x"}});
    return {[=, this](more_atom) { self->subscribe(all, {"b"}); }};
  }));
  confirm(who);
  tell(who, more_atom::value);
  caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
  run();
  all.restart();
  advance(1s);
  publish("a", "left out");
  publish("b", "wanted");
  CHECK(data().ends_with("wanted "));
  CHECK(data().find("left out") == std::string::npos);
}

TEST_CASE_FIXTURE(reading_fixture, "each topic may have a filter of its own, "
                                   "and one position resumes them all") {
  subscribe_options how{.events = {"x"}, .per_topic = {{"b", {}}}};
  how.per_topic["c"].accepts
    = [](const sse::event& what) { return what.data() == "wanted"; };
  auto publish_all = [this] {
    for (auto* topic : {"a", "b", "c"}) {
      publish(topic, "plain");
      publish(topic, "wanted");
      REQUIRE(all.publish(topic, sse::event{topic}.name("x")).has_value());
      run();
    }
  };
  auto first = read({"a", "b", "c"}, how);
  publish_all();
  const std::string once = "x plain wanted x wanted ";
  CHECK(data() == once);
  request->fields.add("Last-Event-ID", events().back().last_event_id);
  tell(first, close_atom_v);
  publish_all();
  read({"a", "b", "c"}, how);
  CHECK(data() == once + once);
}

TEST_CASE_FIXTURE(reading_fixture, "a topic that joins later may have a filter "
                                   "of its own") {
  using more_atom = caf::atom_constant<caf::atom("more")>;
  auto who = open_upgrade(sse::upgrade([this](plain* self) -> sse::behavior {
    self->subscribe(all, {"a"});
    return {[=, this](more_atom) {
      self->subscribe(all, {"b", "c"}, {.per_topic = {{"b", {{"x"}}}}});
    }};
  }));
  confirm(who);
  tell(who, more_atom::value);
  publish("a", "one");
  publish("b", "left out");
  publish("c", "two");
  CHECK(data() == "one two ");
}

TEST_CASE_FIXTURE(reading_fixture, "a filter for what is not subscribed to is "
                                   "a mistake") {
  open([&](plain* self) {
    CHECK_THROWS_WITH_AS(
      self->subscribe(all, {"a"}, {.per_topic = {{"b", {}}}}),
      "per_topic filters b, which is none of the topics subscribed to",
      invalid_value);
    return sse::behavior{};
  });
}

TEST_CASE_FIXTURE(reading_fixture, "a reader of topics that were stopped asks "
                                   "for them no more") {
  auto who = read({"a"});
  all.stop();
  advance(1s);
  all.restart();
  advance(1s);
  publish("a", "one");
  CHECK_FALSE(has_ended(who));
  CHECK(data().empty());
}

TEST_CASE_FIXTURE(reading_fixture, "who comes to topics that were stopped is "
                                   "told so") {
  all.stop();
  run();
  auto who = open_upgrade(sse::subscribe(all, {"a"}));
  advance(1s);
  REQUIRE(told->refusals.size() == 1);
  CHECK(told->refusals[0].code == errc::unavailable);
  CHECK(has_ended(who));
}

TEST_CASE_FIXTURE(reading_fixture, "topics may be added and left while the "
                                   "stream is open") {
  using more_atom = caf::atom_constant<caf::atom("more")>;
  using less_atom = caf::atom_constant<caf::atom("less")>;
  auto who = open_upgrade(sse::upgrade([this](plain* self) -> sse::behavior {
    self->subscribe(all, {"a"});
    return {
      [=, this](more_atom) { self->subscribe(all, {"b"}); },
      [=](less_atom) { self->unsubscribe("b"); },
    };
  }));
  confirm(who);
  publish("b", "before");
  tell(who, more_atom::value);
  publish("b", "while");
  publish("a", "always");
  tell(who, less_atom::value);
  publish("b", "behind");
  CHECK(data() == "while always ");
}

TEST_CASE_FIXTURE(reading_fixture, "who has left its last topic stays when the "
                                   "log dies, and may read again") {
  using more_atom = caf::atom_constant<caf::atom("more")>;
  auto who = open_upgrade(sse::upgrade([this](plain* self) -> sse::behavior {
    self->subscribe(all, {"a"});
    return {
      [=, this](more_atom) { self->subscribe(all, {"a"}); },
      [=](int) { self->unsubscribe("a"); },
    };
  }));
  confirm(who);
  tell(who, 1);
  caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
  run();
  all.restart();
  advance(1s);
  CHECK_FALSE(has_ended(who));
  tell(who, more_atom::value);
  publish("a", "one");
  CHECK(data() == "one ");
}

TEST_CASE_FIXTURE(reading_fixture, "a stream may begin to read when it is open "
                                   "already") {
  using more_atom = caf::atom_constant<caf::atom("more")>;
  auto who = open_upgrade(sse::upgrade([this](plain* self) -> sse::behavior {
    return {[=, this](more_atom) { self->subscribe(all, {"a"}); }};
  }));
  confirm(who);
  CHECK(told->ready.size() == 1);
  tell(who, more_atom::value);
  publish("a", "one");
  CHECK(data() == "one ");
}

TEST_CASE_FIXTURE(reading_fixture, "what a stream pushes itself stands between "
                                   "the events, and nothing is lost") {
  auto who = read({"a"}, {}, narrow());
  for (int i = 0; i < 10; ++i) {
    publish("a", std::string(90, 'a'));
    tell(who, sse::event{"direct"});
    drain_all(who);
  }
  for (int i = 0; i < 30; ++i)
    drain_all(who);
  auto got = events();
  CHECK(std::count_if(got.begin(), got.end(),
                      [](auto& e) { return e.data == "direct"; })
        == 10);
  CHECK(got.size() == 20);
}

TEST_CASE_FIXTURE(reading_fixture, "a WebSocket gets texts of JSON that say "
                                   "where they stand") {
  request->fields.set("Connection", "Upgrade");
  auto who = open_upgrade(websocket::subscribe(all, {"a"}));
  confirm(who);
  publish("a", "one");
  auto id = to_string(topic::position{*epoch(), 1});
  CHECK(seen->written().find(R"({"topic":"a","id":")" + id
                             + R"(","event":"message","data":"one"})")
        != std::string::npos);
}

TEST_CASE_FIXTURE(reading_fixture,
                  "a WebSocket is told where it is behind a gap "
                  "that was bridged") {
  request->fields.set("Connection", "Upgrade");
  request->query = "lastEventId=elsewhere-1";
  publish("a", "one");
  auto wish = [&](websocket::connection<>* self) -> websocket::behavior {
    auto bridge
      = [self](const topic::gap&) { self->push(websocket::text("snapshot")); };
    self->subscribe(all, {"a"}, {.bridge = bridge});
    return {};
  };
  confirm(open_upgrade(websocket::upgrade(wish)));
  auto snapshot = seen->written().find("snapshot");
  auto place = seen->written().find("-0\"}");
  REQUIRE(place != std::string::npos);
  CHECK(snapshot < place);
  CHECK(place < seen->written().find("one"));
}

TEST_CASE_FIXTURE(reading_fixture, "whatever the order of things, a stream has "
                                   "all events once, in order") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 dice{seed};
    seen->writes.clear();
    auto who = read({"a", "b"}, {}, narrow());
    std::vector<std::string> published;
    while (published.size() < 100) {
      switch (dice() % 4) {
      case 0:
        published.push_back(std::to_string(seed) + "."
                            + std::to_string(published.size()));
        publish_later(dice() % 2 ? "a" : "b", published.back());
        break;
      case 1:
        caf::anon_send(who, msg::drained{dice() % 200});
        break;
      default:
        step();
      }
    }
    for (int i = 0; i < 300; ++i)
      tell(who, msg::drained{1000});
    std::vector<std::string> got;
    for (auto& each : events())
      got.push_back(each.data);
    CHECK(got == published);
    tell(who, close_atom_v);
  }
}
