#include "stream_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;

namespace {

using boom_atom = caf::atom_constant<caf::atom("boom")>;
using reasons = std::vector<close_reason>;

/// Counts those that live.
struct probe {
  probe() { ++alive; }
  probe(const probe&) { ++alive; }
  ~probe() { --alive; }
  probe& operator=(const probe&) = default;
  static inline int alive = 0;
};

/// A connection that fails when told `boom`, and remembers how it ended.
class ending_fixture : public stream_fixture {
public:
  connection_actor start(sse::options how = {}) {
    return commit(
      [heard = heard](plain* self) -> sse::behavior {
        self->on_close([=](close_reason why) { heard->push_back(why); });
        return {[](boom_atom) { throw std::runtime_error("boom"); }};
      },
      std::move(how));
  }

  std::shared_ptr<reasons> heard = std::make_shared<reasons>();
};

} // namespace

// -- opening ------------------------------------------------------------------

TEST_CASE_FIXTURE(stream_fixture, "what on_open pushes waits for the commit") {
  auto made = open([](plain* self) -> sse::behavior {
    self->push(sse::event{"early"});
    return {};
  });
  CHECK(seen->writes.empty());
  confirm(made, true);
  REQUIRE(seen->writes.size() == 1);
  CHECK(seen->writes[0].session == 7);
  CHECK(seen->written() == "d\r\ndata: early\n\n\r\n");
}

TEST_CASE_FIXTURE(stream_fixture, "what others send waits for the commit") {
  auto made = open(quiet);
  tell(made, sse::event{"early"});
  CHECK(seen->writes.empty());
  confirm(made);
  CHECK(seen->written() == block("early"));
}

TEST_CASE_FIXTURE(stream_fixture, "a connection is ready once it has opened") {
  auto made = open(quiet);
  CHECK(told->ready == std::vector{made->id()});
}

TEST_CASE_FIXTURE(stream_fixture, "a connection whose on_open throws is never "
                                  "ready, and ends") {
  auto made
    = open([](plain*) -> sse::behavior { throw std::runtime_error("no"); });
  CHECK(told->ready.empty());
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(stream_fixture, "an on_open that pushes more than the outbox "
                                  "holds fails") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 2};
  auto made = open(
    [](plain* self) -> sse::behavior {
      for (auto text : {"a", "b", "c"})
        self->push(sse::event{text});
      return {};
    },
    how);
  CHECK(told->ready.empty());
  CHECK(has_ended(made));
}

// -- writing ------------------------------------------------------------------

TEST_CASE_FIXTURE(stream_fixture, "a burst of messages leaves in one write, in "
                                  "their order") {
  auto made = commit(quiet);
  for (auto text : {"1", "2", "3", "4", "5"})
    tell_later(made, sse::event{text});
  run();
  CHECK(seen->writes.size() == 1);
  CHECK(seen->written()
        == block("1") + block("2") + block("3") + block("4") + block("5"));
}

TEST_CASE_FIXTURE(stream_fixture, "a single event leaves at once") {
  auto made = commit(quiet);
  tell(made, sse::event{"1"});
  CHECK(seen->writes.size() == 1);
  tell(made, sse::event{"2"});
  CHECK(seen->writes.size() == 2);
}

TEST_CASE_FIXTURE(stream_fixture, "all that one handler pushes leaves in one "
                                  "write") {
  auto made = commit([](plain* self) -> sse::behavior {
    return {[=](boom_atom) {
      self->push(sse::event{"a"});
      self->push(sse::event{"b"});
    }};
  });
  tell(made, boom_atom::value);
  CHECK(seen->writes.size() == 1);
  CHECK(seen->written() == block("a") + block("b"));
}

TEST_CASE_FIXTURE(stream_fixture, "what is pushed does not wait for what is "
                                  "awaited") {
  auto silent = system().spawn([](caf::event_based_actor* self) {
    self->set_default_handler(caf::skip);
    return caf::behavior{[](caf::unit_t) {}};
  });
  track(silent);
  auto made = commit([silent](plain* self) -> sse::behavior {
    return {[=](boom_atom) {
      self->push(sse::event{"asked"});
      self->request(silent, caf::infinite, 1).await([] {});
    }};
  });
  tell_later(made, sse::event{"before"});
  tell_later(made, boom_atom::value);
  tell_later(made, sse::event{"behind"});
  run();
  CHECK(seen->written() == block("before") + block("asked"));
}

TEST_CASE_FIXTURE(stream_fixture, "a peer without chunks gets blocks") {
  auto made = open(quiet);
  confirm(made, false);
  tell(made, sse::event{"x"});
  CHECK(seen->written() == "data: x\n\n");
}

TEST_CASE_FIXTURE(stream_fixture, "a peer with chunks gets one per event") {
  auto made = open(quiet);
  confirm(made, true);
  tell(made, sse::event{"x"});
  CHECK(seen->written() == "9\r\ndata: x\n\n\r\n");
}

// -- closing ------------------------------------------------------------------

TEST_CASE_FIXTURE(ending_fixture, "close flushes what was pushed before it") {
  auto made = start();
  tell_later(made, sse::event{"last"});
  tell_later(made, close_atom_v);
  tell_later(made, sse::event{"too late"});
  run();
  CHECK(seen->written() == block("last"));
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].session == 7);
  CHECK(seen->finishes[0].clean);
  CHECK(*heard == reasons{close_reason::stopped});
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(ending_fixture, "close waits until the peer has taken all") {
  sse::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 1};
  auto made = start(how);
  for (auto text : {"1", "2", "3"})
    tell(made, sse::event{text});
  tell(made, close_atom_v);
  CHECK(heard->empty());
  drain_all(made);
  CHECK(heard->empty());
  drain_all(made);
  CHECK(seen->written() == block("1") + block("2") + block("3"));
  CHECK(*heard == reasons{close_reason::stopped});
}

TEST_CASE_FIXTURE(ending_fixture, "closed twice, it ends once") {
  auto made = start();
  tell_later(made, close_atom_v);
  tell_later(made, close_atom_v);
  tell_later(made, msg::shut{close_reason::drained});
  run();
  CHECK(seen->finishes.size() == 1);
  CHECK(*heard == reasons{close_reason::stopped});
}

TEST_CASE_FIXTURE(stream_fixture, "closed by its on_open, a connection still "
                                  "says what it pushed") {
  auto made = open([](plain* self) -> sse::behavior {
    self->push(sse::event{"only"});
    self->close();
    return {};
  });
  CHECK(told->ready.size() == 1);
  CHECK_FALSE(has_ended(made));
  confirm(made);
  CHECK(seen->written() == block("only"));
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(stream_fixture, "shut before its commit, a connection ends "
                                  "with it") {
  auto made = open(quiet);
  tell(made, msg::shut{close_reason::drained});
  CHECK_FALSE(has_ended(made));
  confirm(made);
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(ending_fixture, "on_close hears that the peer left, and "
                                  "nobody is told to finish") {
  auto made = start();
  tell(made, msg::ended{close_reason::peer_left});
  CHECK(*heard == reasons{close_reason::peer_left});
  CHECK(seen->finishes.empty());
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(ending_fixture, "on_close hears that the broker cut a slow "
                                  "peer") {
  auto made = start();
  tell(made, msg::ended{close_reason::too_slow});
  CHECK(*heard == reasons{close_reason::too_slow});
}

TEST_CASE_FIXTURE(ending_fixture, "on_close hears that the server drains, and "
                                  "the stream ends cleanly") {
  auto made = start();
  tell(made, msg::shut{close_reason::drained});
  CHECK(*heard == reasons{close_reason::drained});
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
}

TEST_CASE_FIXTURE(ending_fixture, "a behaviour that throws cuts its stream") {
  auto made = start();
  tell(made, boom_atom::value);
  CHECK(*heard == reasons{close_reason::failed});
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(ending_fixture, "a connection that is killed cuts its "
                                  "stream") {
  auto made = start();
  caf::anon_send_exit(made, caf::exit_reason::kill);
  run();
  CHECK(*heard == reasons{close_reason::failed});
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
}

TEST_CASE_FIXTURE(ending_fixture, "a peer that leaves while the connection "
                                  "closes is told of once") {
  sse::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 1};
  auto made = start(how);
  for (auto text : {"1", "2", "3"})
    tell(made, sse::event{text});
  tell(made, close_atom_v);
  tell(made, msg::ended{close_reason::peer_left});
  CHECK(*heard == reasons{close_reason::peer_left});
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(stream_fixture, "an on_close that throws hurts nobody") {
  auto made = commit([](plain* self) -> sse::behavior {
    self->on_close([](close_reason) { throw std::runtime_error("no"); });
    return {};
  });
  tell(made, close_atom_v);
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(stream_fixture, "a connection whose session was gone before "
                                  "the commit ends") {
  auto heard = std::make_shared<reasons>();
  auto made = open([=](plain* self) -> sse::behavior {
    self->on_close([=](close_reason why) { heard->push_back(why); });
    return {};
  });
  tell(made, msg::ended{close_reason::peer_left});
  CHECK(*heard == reasons{close_reason::peer_left});
  CHECK(has_ended(made));
}

// -- memory -------------------------------------------------------------------

TEST_CASE_FIXTURE(stream_fixture, "the state goes when the connection ends, "
                                  "though its handle is still held") {
  auto made
    = commit([](sse::connection<probe>*) -> sse::behavior { return {}; });
  CHECK(probe::alive == 1);
  tell(made, close_atom_v);
  CHECK(probe::alive == 0);
}

TEST_CASE_FIXTURE(stream_fixture, "an ended connection holds nothing that its "
                                  "functions captured") {
  auto made = open([](sse::connection<probe>* self) -> sse::behavior {
    self->on_close([held = probe{}](close_reason) {});
    self->on_drained([held = probe{}] {});
    return {[held = probe{}](boom_atom) {}};
  });
  confirm(made);
  CHECK(probe::alive == 4);
  tell(made, close_atom_v);
  release(made);
  CHECK(probe::alive == 0);
}

TEST_CASE_FIXTURE(stream_fixture, "an open connection holds neither its "
                                  "request nor its plan") {
  std::weak_ptr<http::request> asked = request;
  std::weak_ptr<const http::connection_plan> plan;
  {
    http::upgrade wish = sse::upgrade(quiet);
    plan = wish.plan;
    open_upgrade(upgrade_handler{std::move(wish)});
  }
  request = nullptr;
  CHECK(asked.expired());
  CHECK(plan.expired());
}
