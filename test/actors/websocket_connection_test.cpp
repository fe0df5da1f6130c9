#include "lungo/websocket/control.hpp"
#include "lungo/websocket_connection.hpp"

#include "stream_fixture.hpp"

using namespace lungo;
using namespace lungo::test;
using websocket::close_code;
using websocket::closing;
using websocket::message;

namespace {

using guest = websocket::connection<>;

websocket::behavior mute(guest*) {
  return {};
}

/// How this message stands on the wire.
std::string on_wire(const message& what) {
  return std::string{websocket::encode(what).plain()};
}

std::string close_frame(close_code code, std::string reason = {}) {
  return websocket::encode_close({code, std::move(reason)});
}

msg::received from_peer(std::vector<message> messages, std::size_t cost = 1) {
  return {std::move(messages), cost};
}

class websocket_fixture : public stream_fixture {
public:
  ~websocket_fixture() override { end_actors(); }

  template <class F>
  connection_actor start(F on_open, websocket::options how = {}) {
    return open_upgrade(websocket::upgrade(std::move(on_open), how));
  }

  template <class F>
  connection_actor converse(F on_open, websocket::options how = {}) {
    auto made = start(std::move(on_open), std::move(how));
    confirm(made);
    return made;
  }

  void offer(const char* name, const char* value) {
    request->fields.add(name, value);
  }

  /// What was said to be the end, in the order in which it was said.
  std::vector<closing> ends;

  auto noting() {
    return [this](const closing& how) { ends.push_back(how); };
  }
};

} // namespace

// -- out ----------------------------------------------------------------------

TEST_CASE_FIXTURE(websocket_fixture, "messages leave as frames, in the order "
                                     "in which they were pushed") {
  converse([](guest* self) -> websocket::behavior {
    self->push(websocket::text("one"));
    self->push(websocket::binary("two"));
    return {};
  });
  CHECK(seen->written()
        == on_wire(websocket::text("one")) + on_wire(websocket::binary("two")));
}

TEST_CASE_FIXTURE(websocket_fixture, "any actor may send messages and frames "
                                     "by the typed handle") {
  websocket_connection_actor handle;
  converse([&](guest* self) -> websocket::behavior {
    handle = self->handle();
    return {};
  });
  auto hi = websocket::text("hi");
  caf::anon_send(handle, hi);
  caf::anon_send(handle, websocket::encode(hi));
  run();
  CHECK(seen->written() == on_wire(hi) + on_wire(hi));
}

TEST_CASE_FIXTURE(websocket_fixture, "one frame sent to two peers is written "
                                     "from the same octets") {
  auto first = converse(mute);
  auto second = converse(mute);
  auto frame = websocket::encode(websocket::text("shared"));
  tell(first, frame);
  tell(second, frame);
  REQUIRE(seen->writes.size() == 2);
  CHECK(seen->writes[0].pieces[0].view().data()
        == seen->writes[1].pieces[0].view().data());
}

TEST_CASE_FIXTURE(websocket_fixture, "a peer that agreed to compression gets "
                                     "what is worth it compressed") {
  offer("Sec-WebSocket-Extensions", "permessage-deflate");
  websocket::options how;
  how.deflate = true;
  auto made = start(mute, how);
  confirm(made, true);
  auto large = websocket::text(std::string(1000, 'a'));
  auto small = websocket::text("a");
  tell(made, large);
  CHECK(seen->written().size() < 100);
  seen->writes.clear();
  tell(made, small);
  CHECK(seen->written() == on_wire(small));
}

TEST_CASE_FIXTURE(websocket_fixture, "a peer that did not agree to compression "
                                     "gets none") {
  websocket::options how;
  how.deflate = true;
  auto made = converse(mute, how);
  auto large = websocket::text(std::string(1000, 'a'));
  tell(made, large);
  CHECK(seen->written() == on_wire(large));
}

TEST_CASE_FIXTURE(websocket_fixture, "dropped messages leave no gap behind: "
                                     "nothing could be resumed") {
  websocket::options how;
  how.outbox = flow::outbox_limits{
    .events = 1,
    .window_bytes = 1,
    .policy = flow::overflow_policy::drop_oldest,
  };
  auto made = converse(mute, how);
  for (auto text : {"1", "2", "3"})
    tell(made, websocket::text(text));
  drain_all(made);
  CHECK(seen->written()
        == on_wire(websocket::text("1")) + on_wire(websocket::text("3")));
}

// -- in -----------------------------------------------------------------------

TEST_CASE_FIXTURE(websocket_fixture, "what the peer sends is given to "
                                     "on_message, in order") {
  auto made = converse([](guest* self) -> websocket::behavior {
    self->on_message([=](const message& what) { self->push(what); });
    return {};
  });
  auto one = websocket::text("one");
  auto two = websocket::binary(std::string{"\0\xff", 2});
  tell(made, from_peer({one, two}));
  CHECK(seen->written() == on_wire(one) + on_wire(two));
}

TEST_CASE_FIXTURE(websocket_fixture, "answers to what came together leave "
                                     "together") {
  auto made = converse([](guest* self) -> websocket::behavior {
    self->on_message([=](const message& what) { self->push(what); });
    return {};
  });
  tell(made, from_peer(std::vector<message>(10, websocket::text("x"))));
  CHECK(seen->writes.size() == 1);
}

TEST_CASE_FIXTURE(websocket_fixture, "on_message may be replaced by itself") {
  auto made = converse([](guest* self) -> websocket::behavior {
    self->on_message([=](const message&) {
      self->push(websocket::text("first"));
      self->on_message(
        [=](const message&) { self->push(websocket::text("later")); });
    });
    return {};
  });
  tell(made, from_peer({websocket::text("a"), websocket::text("b")}));
  CHECK(seen->written()
        == on_wire(websocket::text("first"))
             + on_wire(websocket::text("later")));
}

TEST_CASE_FIXTURE(websocket_fixture, "what comes behind close is not handled") {
  auto made = converse([](guest* self) -> websocket::behavior {
    self->on_message([=](const message& what) {
      self->push(what);
      self->close();
    });
    return {};
  });
  tell(made, from_peer({websocket::text("a"), websocket::text("b")}));
  CHECK(seen->written() == on_wire(websocket::text("a")));
}

TEST_CASE_FIXTURE(websocket_fixture, "credit is given back in halves of the "
                                     "window, whether messages are handled or "
                                     "dropped") {
  websocket::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 100};
  auto made = converse(mute, how);
  tell(made, from_peer({websocket::text("a")}, 49));
  CHECK(seen->taken.empty());
  tell(made, from_peer({websocket::text("a")}, 11));
  REQUIRE(seen->taken.size() == 1);
  CHECK(seen->taken[0].cost == 60);
  CHECK(seen->taken[0].session == 7);
}

TEST_CASE_FIXTURE(websocket_fixture, "a paused connection keeps what comes, "
                                     "gives no credit back, and goes on where "
                                     "it was") {
  websocket::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 100};
  auto made = converse(
    [](guest* self) -> websocket::behavior {
      self->on_message([=](const message& what) {
        self->push(what);
        self->pause();
      });
      return {[=](int) { self->resume(); }};
    },
    how);
  auto a = websocket::text("a");
  auto b = websocket::text("b");
  auto c = websocket::text("c");
  tell(made, from_peer({a, b}, 60));
  tell(made, from_peer({c}, 60));
  CHECK(seen->written() == on_wire(a));
  CHECK(seen->taken.empty());
  tell(made, 1);
  CHECK(seen->written() == on_wire(a) + on_wire(b));
  CHECK(seen->taken.empty());
  tell(made, 1);
  CHECK(seen->written() == on_wire(a) + on_wire(b) + on_wire(c));
  REQUIRE(seen->taken.size() == 1);
  CHECK(seen->taken[0].cost == 120);
}

TEST_CASE_FIXTURE(websocket_fixture,
                  "on_message may pause and resume at once") {
  auto made = converse([](guest* self) -> websocket::behavior {
    self->on_message([=](const message& what) {
      self->pause();
      self->push(what);
      self->resume();
    });
    return {};
  });
  auto a = websocket::text("a");
  auto b = websocket::text("b");
  tell(made, from_peer({a, b}));
  CHECK(seen->written() == on_wire(a) + on_wire(b));
}

TEST_CASE_FIXTURE(websocket_fixture, "on_message that throws ends the "
                                     "connection, and the peer is told") {
  auto made = converse([this](guest* self) -> websocket::behavior {
    self->on_close(noting());
    self->on_message(
      [](const message&) { throw std::runtime_error("secret"); });
    return {};
  });
  tell(made, from_peer({websocket::text("a")}));
  CHECK(has_ended(made));
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
  CHECK(seen->finishes[0].farewell.view()
        == close_frame(close_code::internal_error));
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].why == close_reason::failed);
  CHECK(ends[0].status.code == close_code::internal_error);
}

// -- the end ------------------------------------------------------------------

TEST_CASE_FIXTURE(websocket_fixture, "close says its code and reason behind "
                                     "what was pushed") {
  auto made = converse([this](guest* self) -> websocket::behavior {
    self->on_close(noting());
    self->push(websocket::text("last"));
    self->close(static_cast<close_code>(4001), "kicked");
    return {};
  });
  CHECK(has_ended(made));
  CHECK(seen->written() == on_wire(websocket::text("last")));
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
  CHECK(seen->finishes[0].farewell.view()
        == close_frame(static_cast<close_code>(4001), "kicked"));
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].why == close_reason::stopped);
  CHECK(ends[0].status
        == websocket::close_status{static_cast<close_code>(4001), "kicked"});
}

TEST_CASE_FIXTURE(websocket_fixture, "any actor may close with a code and "
                                     "reason, or with none") {
  auto first = converse(mute);
  tell(first, websocket::close_status{close_code::policy_violation, "no"});
  CHECK(seen->finishes.at(0).farewell.view()
        == close_frame(close_code::policy_violation, "no"));
  auto second = converse(mute);
  tell(second, close_atom_v);
  CHECK(seen->finishes.at(1).farewell.view()
        == close_frame(close_code::normal));
}

TEST_CASE_FIXTURE(websocket_fixture, "a code that no close frame may have is "
                                     "refused at once") {
  auto made = start([](guest* self) -> websocket::behavior {
    CHECK_THROWS_AS(self->close(close_code::abnormal), invalid_value);
    CHECK_THROWS_AS(self->close(close_code::normal, std::string(124, 'x')),
                    invalid_value);
    return {};
  });
  CHECK_FALSE(has_ended(made));
}

TEST_CASE_FIXTURE(websocket_fixture, "the code and reason of the peer reach "
                                     "on_close, once") {
  auto made = converse([this](guest* self) -> websocket::behavior {
    self->on_close(noting());
    return {};
  });
  websocket::close_status said{close_code::going_away, "tab closed"};
  tell(made, msg::ended{close_reason::peer_left, said});
  tell(made, msg::ended{close_reason::peer_left, {}});
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].why == close_reason::peer_left);
  CHECK(ends[0].status == said);
  CHECK(seen->finishes.empty());
}

TEST_CASE_FIXTURE(websocket_fixture,
                  "a peer that vanishes is told of as 1006") {
  auto made = converse([this](guest* self) -> websocket::behavior {
    self->on_close(noting());
    return {};
  });
  tell(made, msg::ended{close_reason::peer_left});
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].status.code == close_code::abnormal);
}

TEST_CASE_FIXTURE(websocket_fixture, "on_close with the reason alone is told "
                                     "as on any connection") {
  std::vector<close_reason> reasons;
  auto made = converse([&](guest* self) -> websocket::behavior {
    self->on_close([&](close_reason why) { reasons.push_back(why); });
    return {};
  });
  tell(made, close_atom_v);
  CHECK(reasons == std::vector{close_reason::stopped});
}

TEST_CASE_FIXTURE(websocket_fixture, "a server that leaves closes with 1001") {
  auto made = converse(mute);
  tell(made, msg::shut{close_reason::drained});
  CHECK(has_ended(made));
  REQUIRE(seen->finishes.size() == 1);
  CHECK(seen->finishes[0].clean);
  CHECK(seen->finishes[0].farewell.view()
        == close_frame(close_code::going_away));
}

TEST_CASE_FIXTURE(websocket_fixture, "a peer that is too slow is cut, and told "
                                     "so if it can still read") {
  websocket::options how;
  how.outbox = flow::outbox_limits{.events = 1, .window_bytes = 1};
  auto made = converse(
    [this](guest* self) -> websocket::behavior {
      self->on_close(noting());
      return {};
    },
    how);
  for (auto text : {"1", "2", "3"})
    tell(made, websocket::text(text));
  CHECK(has_ended(made));
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
  CHECK(seen->finishes[0].farewell.view()
        == close_frame(close_code::policy_violation));
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].why == close_reason::too_slow);
}

TEST_CASE_FIXTURE(websocket_fixture, "a connection that ends in its on_message "
                                     "lets go of it") {
  auto held = std::make_shared<int>();
  std::weak_ptr<int> alive = held;
  websocket::options how;
  how.outbox = flow::outbox_limits{.events = 1, .window_bytes = 1};
  auto made = converse(
    [&](guest* self) -> websocket::behavior {
      self->on_message([self, held = std::move(held)](const message& what) {
        for (int i = 0; i < 5; ++i)
          self->push(what);
      });
      return {};
    },
    how);
  CHECK_FALSE(alive.expired());
  tell(made, from_peer({websocket::text("x")}));
  CHECK(has_ended(made));
  CHECK(alive.expired());
}

// -- what was agreed on -------------------------------------------------------

TEST_CASE_FIXTURE(websocket_fixture, "the subprotocol that was chosen is known "
                                     "during on_open") {
  offer("Sec-WebSocket-Protocol", "v1.chat, v2.chat");
  websocket::options how;
  how.subprotocols = {"v2.chat", "v1.chat"};
  std::string chosen;
  start(
    [&](guest* self) -> websocket::behavior {
      chosen = self->subprotocol();
      return {};
    },
    how);
  CHECK(chosen == "v2.chat");
}

TEST_CASE_FIXTURE(websocket_fixture, "options that no handshake could keep are "
                                     "refused where they are made") {
  websocket::options how;
  how.subprotocols = {"not a token"};
  CHECK_THROWS_AS(websocket::upgrade(mute, how), invalid_value);
  how = {};
  how.origins = {{"example.org/"}};
  CHECK_THROWS_AS(websocket::upgrade(mute, how), invalid_value);
}

TEST_CASE_FIXTURE(websocket_fixture, "the session is told what it may take "
                                     "from the peer") {
  offer("Sec-WebSocket-Extensions", "permessage-deflate");
  websocket::options how;
  how.deflate = true;
  how.heartbeat = 3s;
  how.limits = websocket::decoder_limits{.message_bytes = 7};
  how.outbox = flow::outbox_limits{.window_bytes = 99};
  config.limits.pong_timeout = 5s;
  http::upgrade wish = websocket::upgrade(mute, how);
  auto& plan = static_cast<const spawn_plan&>(*wish.plan);
  auto habits = plan.habits(http::prepare(request, http::answer{wish}), config);
  REQUIRE(habits.messages.has_value());
  CHECK(habits.messages->limits.message_bytes == 7);
  CHECK(habits.messages->deflate);
  CHECK(habits.messages->window_bytes == 99);
  CHECK(habits.messages->patience == 5s);
  CHECK(habits.idle.plain() == websocket::encode_ping({}));
  CHECK(habits.idle_every == 3s);
  CHECK(habits.first.empty());
}
