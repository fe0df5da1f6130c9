#include "supervisor_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;
using http::status;

namespace {

/// A stream whose init fails.
sse::upgrade_handler failing_stream() {
  return sse::upgrade([](sse::connection<>*) -> sse::behavior {
    throw std::runtime_error("a secret");
  });
}

struct bad_state {
  bad_state() { throw std::runtime_error("a secret"); }
};

/// A connection whose init never ends.
class endless_connection : public connection_actor::base {
public:
  explicit endless_connection(caf::actor_config& cfg)
    : connection_actor::base(cfg) {}

  behavior_type make_behavior() override {
    return {
      [](const msg::committed&) {}, [](const msg::drained&) {},
      [](const msg::received&) {},  [](const msg::body&) {},
      [](const msg::feed&) {},      [](const msg::ended&) {},
      [](const msg::shut&) {},
    };
  }
};

class endless_plan : public spawn_plan {
public:
  endless_plan() : spawn_plan(connection_options{}) {}

  connection_actor spawn(caf::actor_system& sys,
                         connection_start) const override {
    return sys.spawn<endless_connection>();
  }

  wire_habits habits(const http::exchange&, const settings&) const override {
    return {};
  }
};

http::answer endless_stream(const http::request&) {
  return http::upgrade{
    http::upgrade_kind::sse, {}, std::make_shared<endless_plan>()};
}

} // namespace

// -- admissions ---------------------------------------------------------------

TEST_CASE_FIXTURE(supervisor_fixture, "an admitted upgrade is committed with "
                                      "the head that the chain approved") {
  start();
  admit(idle_stream());
  REQUIRE(told().commits.size() == 1);
  auto& commit = told().commits[0];
  CHECK(commit.at.session == 41);
  CHECK(commit.at.number == 1);
  CHECK(commit.opening.head.status == status::ok);
  CHECK(commit.opening.head.fields.get("Content-Type") == "text/event-stream");
  CHECK(commit.opening.head.fields.get("X-Chain") == "approved");
  CHECK(commit.opening.head.body.empty());
  CHECK(commit.opening.framing == http::framing::chunked);
  CHECK_FALSE(has_ended(commit.connection));
  CHECK(told().replies.empty());
}

TEST_CASE_FIXTURE(supervisor_fixture, "a commit brings a first comment and a "
                                      "heartbeat") {
  config.heartbeat = 7s;
  start();
  admit(idle_stream());
  REQUIRE(told().commits.size() == 1);
  auto& commit = told().commits[0];
  CHECK(commit.habits.first.coded() == "3\r\n:\n\n\r\n");
  CHECK(commit.habits.idle.coded() == commit.habits.first.coded());
  CHECK(commit.habits.idle_every == 7s);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a route may have a heartbeat and an "
                                      "outbox of its own") {
  sse::options how;
  how.heartbeat = 3s;
  how.outbox = flow::outbox_limits{.window_bytes = 1000};
  start();
  admit(idle_stream(how));
  REQUIRE(told().commits.size() == 1);
  CHECK(told().commits[0].habits.idle_every == 3s);
  CHECK(told().commits[0].habits.ack_bytes <= 1000);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a client of HTTP/1.0 gets no chunks") {
  start();
  auto old = get("/");
  old->version = http::version::http_1_0;
  admit(idle_stream(), old);
  REQUIRE(told().commits.size() == 1);
  CHECK(told().commits[0].opening.framing == http::framing::close);
}

TEST_CASE_FIXTURE(supervisor_fixture, "HEAD gets the head of the stream, and "
                                      "nothing is spawned") {
  start();
  admit(idle_stream(), request(http::method::head, "/"));
  REQUIRE(told().replies.size() == 1);
  REQUIRE(told().replies[0].stream.has_value());
  auto& [head, framing, length] = *told().replies[0].stream;
  CHECK(head.status == status::ok);
  CHECK(head.fields.get("Content-Type") == "text/event-stream");
  CHECK(head.fields.get("X-Chain") == "approved");
  CHECK(framing == http::framing::chunked);
  CHECK(told().commits.empty());
  CHECK(counts().spawned == 0);
}

// -- init that fails ----------------------------------------------------------

TEST_CASE_FIXTURE(supervisor_fixture, "a connection whose on_open throws is a "
                                      "500 without detail, and no commit") {
  start();
  admit(failing_stream());
  CHECK(answer().status == status::internal_server_error);
  CHECK(answer().body.find("secret") == std::string::npos);
  CHECK(answer().fields.get("Content-Type") != "text/event-stream");
  CHECK(told().commits.empty());
  CHECK(counts().connections == 0);
  CHECK(counts().admissions == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a state that cannot be made is a 500, "
                                      "and the supervisor lives on") {
  start();
  admit(sse::upgrade(
    [](sse::connection<bad_state>*) -> sse::behavior { return {}; }));
  REQUIRE_FALSE(has_ended(supervisor));
  CHECK(answer().status == status::internal_server_error);
  CHECK(counts().connections == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "an init that takes too long is a 503, "
                                      "and ends") {
  config.init_timeout = 4s;
  start();
  admit(endless_stream);
  CHECK(counts().admissions == 1);
  advance(3s);
  CHECK(told().replies.empty());
  advance(2s);
  CHECK(answer().status == status::service_unavailable);
  CHECK(told().commits.empty());
  CHECK(counts().connections == 0);
  CHECK(counts().admissions == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "an init that was in time is not counted "
                                      "as late") {
  config.init_timeout = 4s;
  start();
  admit(idle_stream());
  advance(60s);
  CHECK(told().replies.empty());
  CHECK_FALSE(has_ended(connection()));
}

TEST_CASE_FIXTURE(supervisor_fixture, "each late init is denied, also when one "
                                      "came later than the other") {
  config.init_timeout = 4s;
  start();
  admit(endless_stream);
  advance(3s);
  admit(endless_stream);
  advance(2s);
  CHECK(told().replies.size() == 1);
  advance(3s);
  CHECK(told().replies.size() == 2);
  CHECK(counts().connections == 0);
}

// -- counts -------------------------------------------------------------------

TEST_CASE_FIXTURE(supervisor_fixture, "connections are counted from their "
                                      "spawn to their end") {
  start();
  admit(idle_stream());
  admit(idle_stream());
  CHECK(counts().connections == 2);
  CHECK(counts().admissions == 0);
  tell(connection(0), caf::make_message(msg::ended{close_reason::peer_left}));
  CHECK(counts().connections == 1);
  CHECK(counts().spawned == 2);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a connection that fails is not started "
                                      "again") {
  start();
  admit(idle_stream());
  caf::anon_send_exit(connection(), caf::exit_reason::kill);
  run();
  CHECK(counts().connections == 0);
  CHECK(counts().spawned == 1);
}

TEST_CASE_FIXTURE(supervisor_fixture, "the stream of a connection that died "
                                      "before it heard of its commit is cut") {
  start();
  admit(idle_stream());
  caf::anon_send_exit(connection(), caf::exit_reason::kill);
  run();
  REQUIRE(told().finishes.size() == 1);
  CHECK(told().finishes[0].session == 41);
  CHECK_FALSE(told().finishes[0].clean);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a connection says its own end, and the "
                                      "supervisor adds nothing") {
  start();
  admit(idle_stream());
  tell(connection(), caf::make_message(msg::committed{{brokers[0], 41}, true}));
  tell(connection(), caf::make_message(close_atom_v));
  REQUIRE(told().finishes.size() == 1);
  CHECK(told().finishes[0].clean);
}

TEST_CASE_FIXTURE(supervisor_fixture, "the end of a connection whose peer left "
                                      "is no news to the broker") {
  start();
  admit(idle_stream());
  tell(connection(), caf::make_message(msg::committed{{brokers[0], 41}, true}));
  tell(connection(), caf::make_message(msg::ended{close_reason::peer_left}));
  CHECK(counts().connections == 0);
  CHECK(told().finishes.empty());
}
