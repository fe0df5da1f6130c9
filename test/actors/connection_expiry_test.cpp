#include "lungo/stream_connection.hpp"
#include "lungo/websocket_connection.hpp"

#include "stream_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;

namespace {

using reasons = std::vector<close_reason>;
using time_point = std::chrono::steady_clock::time_point;

/// A connection that notes how it ended, and asks for an age when told so.
class expiry_fixture : public stream_fixture {
public:
  ~expiry_fixture() override { end_actors(); }

  connection_actor start(sse::options how = {}) {
    return commit(
      [heard = heard](plain* self) -> sse::behavior {
        self->on_close([=](close_reason why) { heard->push_back(why); });
        return {};
      },
      std::move(how));
  }

  time_point now() { return system().clock().now(); }

  std::string_view farewell() {
    REQUIRE(seen->finishes.size() == 1);
    CHECK(seen->finishes[0].clean);
    return seen->finishes[0].farewell.view();
  }

  std::shared_ptr<reasons> heard = std::make_shared<reasons>();
};

auto expiring(std::chrono::milliseconds in) {
  return [in](plain* self) -> sse::behavior {
    self->expires_in(in);
    return {};
  };
}

} // namespace

// -- how long a permission holds ----------------------------------------------

TEST_CASE_FIXTURE(expiry_fixture, "what on_open says of its permission goes to "
                                  "the broker at the commit, as it was said") {
  auto made = open(expiring(30s));
  auto said = now();
  CHECK(seen->expiries.empty());
  advance(1s);
  confirm(made);
  REQUIRE(seen->expiries.size() == 1);
  CHECK(seen->expiries[0].session == 7);
  CHECK(seen->expiries[0].at == said + 30s);
}

TEST_CASE_FIXTURE(expiry_fixture, "a connection that says nothing of it costs "
                                  "no message") {
  start();
  CHECK(seen->expiries.empty());
}

TEST_CASE_FIXTURE(expiry_fixture, "anybody with the handle renews, from now "
                                  "on") {
  auto made = commit(expiring(30s));
  advance(20s);
  tell(made, renew{30s});
  REQUIRE(seen->expiries.size() == 2);
  CHECK(seen->expiries[1].at == now() + 30s);
}

TEST_CASE_FIXTURE(expiry_fixture, "a permission that has ended already ends "
                                  "now, and one without end never") {
  auto made = commit(expiring(-5s));
  tell(made, renew{std::chrono::milliseconds::min()});
  tell(made, renew{std::chrono::milliseconds::max()});
  REQUIRE(seen->expiries.size() == 3);
  CHECK(seen->expiries[0].at == now());
  CHECK(seen->expiries[1].at == now());
  CHECK(seen->expiries[2].at == time_point::max());
}

TEST_CASE_FIXTURE(expiry_fixture, "renewed behind its end, a connection ends") {
  auto made = start();
  tell_later(made, msg::shut{close_reason::expired, 2s});
  tell_later(made, renew{30s});
  run();
  CHECK(seen->expiries.empty());
  CHECK(*heard == reasons{close_reason::expired});
}

// -- what the client is told --------------------------------------------------

TEST_CASE_FIXTURE(expiry_fixture, "behind all events the client hears when to "
                                  "come back") {
  auto made = start();
  tell_later(made, sse::event{"last"});
  tell_later(made, msg::shut{close_reason::expired, 2345ms});
  run();
  CHECK(seen->written() == block("last"));
  CHECK(farewell() == "retry: 2345\n\n");
  CHECK(*heard == reasons{close_reason::expired});
}

TEST_CASE_FIXTURE(expiry_fixture, "a client that gets chunks hears it in one") {
  auto made = open(quiet);
  confirm(made, true);
  tell(made, msg::shut{close_reason::drained, 2345ms});
  CHECK(farewell() == "d\r\nretry: 2345\n\n\r\n");
}

TEST_CASE_FIXTURE(expiry_fixture, "when to come back needs no room in an "
                                  "outbox that is full") {
  sse::options how;
  how.outbox = flow::outbox_limits{.events = 1, .window_bytes = 1};
  auto made = start(how);
  tell(made, sse::event{"on its way"});
  tell(made, sse::event{"waits"});
  tell(made, msg::shut{close_reason::drained, 2345ms});
  CHECK(seen->finishes.empty());
  drain_all(made);
  CHECK(seen->written() == block("on its way") + block("waits"));
  CHECK(farewell() == "retry: 2345\n\n");
  CHECK(*heard == reasons{close_reason::drained});
}

TEST_CASE_FIXTURE(expiry_fixture, "shut before its commit, a stream begins, "
                                  "says when to come back, and ends") {
  auto made = open(quiet);
  tell(made, msg::shut{close_reason::drained, 2345ms});
  confirm(made);
  CHECK(farewell() == "retry: 2345\n\n");
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(expiry_fixture, "a stream that has closed itself says "
                                  "nothing of coming back") {
  auto made = start();
  tell_later(made, close_atom_v);
  tell_later(made, msg::shut{close_reason::drained, 2345ms});
  run();
  CHECK(farewell().empty());
  CHECK(*heard == reasons{close_reason::stopped});
}

TEST_CASE_FIXTURE(expiry_fixture, "an expired WebSocket closes with 1001") {
  auto made = open_upgrade(websocket::upgrade(
    [](websocket::connection<>*) -> behavior { return {}; }));
  confirm(made);
  tell(made, msg::shut{close_reason::expired, 2345ms});
  CHECK(farewell() == "\x88\x02\x03\xe9");
}

// -- what is withdrawn --------------------------------------------------------

TEST_CASE_FIXTURE(expiry_fixture, "anybody with the handle may withdraw the "
                                  "permission of a stream, which ends") {
  auto made = start();
  tell(made, revoke_atom_v);
  CHECK(farewell().empty());
  CHECK(*heard == reasons{close_reason::revoked});
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(expiry_fixture, "what was withdrawn before the commit ends "
                                  "with it") {
  auto made = open(quiet);
  tell(made, revoke_atom_v);
  CHECK_FALSE(has_ended(made));
  confirm(made);
  CHECK(farewell().empty());
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(expiry_fixture, "a WebSocket without permission closes with "
                                  "1008") {
  auto made = open_upgrade(websocket::upgrade(
    [](websocket::connection<>*) -> behavior { return {}; }));
  confirm(made);
  tell(made, revoke_atom_v);
  CHECK(farewell() == "\x88\x02\x03\xf0");
}

TEST_CASE_FIXTURE(expiry_fixture, "a streamed body is cut at both, and hears "
                                  "which it was") {
  auto made = open_upgrade(lungo::stream::upgrade(
    [heard = heard](lungo::stream::connection<>* self) -> behavior {
      self->on_close([=](close_reason why) { heard->push_back(why); });
      return {};
    }));
  confirm(made);
  SUBCASE("revoked") {
    tell(made, revoke_atom_v);
    CHECK(*heard == reasons{close_reason::revoked});
  }
  SUBCASE("expired") {
    tell(made, msg::shut{close_reason::expired, 1s});
    CHECK(*heard == reasons{close_reason::expired});
  }
  REQUIRE(seen->finishes.size() == 1);
  CHECK_FALSE(seen->finishes[0].clean);
}
