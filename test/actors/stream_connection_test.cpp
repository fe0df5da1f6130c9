#include "lungo/stream_connection.hpp"

#include "stream_fixture.hpp"

using namespace lungo;
using namespace lungo::test;

namespace {

using body = lungo::stream::connection<>;
using lungo::behavior;

class body_fixture : public stream_fixture {
public:
  ~body_fixture() override { end_actors(); }

  template <class F>
  connection_actor start(F on_open, lungo::stream::options how = {}) {
    return open_upgrade(lungo::stream::upgrade(std::move(on_open), how));
  }

  template <class F>
  connection_actor make(F on_open, lungo::stream::options how = {}) {
    auto made = start(std::move(on_open), std::move(how));
    confirm(made);
    return made;
  }

  /// What a session says when it was asked for a piece.
  void give(const connection_actor& to, std::string octets, bool last) {
    msg::body what;
    what.at = {broker, 7, 0};
    what.octets = std::make_shared<std::string>(std::move(octets));
    what.last = last;
    tell(to, std::move(what));
  }

  void check_ended(bool cleanly) {
    REQUIRE(seen->finishes.size() == 1);
    CHECK(seen->finishes[0].clean == cleanly);
  }
};

behavior echo(body* self) {
  self->on_body([=](std::string_view octets) { self->push(octets); });
  self->on_body_end([=] { self->close(); });
  return {};
}

std::string doubled(std::string_view octets, bool last) {
  std::string out{octets};
  return out + out + (last ? "." : "");
}

} // namespace

// -- the response -------------------------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "pieces leave in order, and close ends the "
                                "body behind them") {
  make([](body* self) -> behavior {
    self->push("one ");
    self->push("two");
    self->close();
    return {};
  });
  CHECK(seen->written() == "one two");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "a chunked peer gets each piece as one chunk") {
  auto made = start([](body* self) -> behavior {
    self->push("octets");
    return {};
  });
  confirm(made, true);
  CHECK(seen->written() == "6\r\noctets\r\n");
}

TEST_CASE_FIXTURE(body_fixture, "an empty piece is none: as a chunk it would "
                                "be the last") {
  auto made = start([](body* self) -> behavior {
    self->push("");
    return {};
  });
  confirm(made, true);
  CHECK(seen->writes.empty());
}

TEST_CASE_FIXTURE(body_fixture, "any actor may send pieces and the end by the "
                                "typed handle") {
  stream_connection_actor handle;
  make([&](body* self) -> behavior {
    handle = self->handle();
    return {};
  });
  caf::anon_send(handle, lungo::stream::piece{"from elsewhere"});
  caf::anon_send(handle, close_atom_v);
  run();
  CHECK(seen->written() == "from elsewhere");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture,
                  "a producer that fails half way cuts the body") {
  SUBCASE("by a word") {
    make([](body* self) -> behavior {
      self->on_drained([=] {
        self->push("half");
        self->abort();
      });
      return {};
    });
  }
  SUBCASE("by a throw") {
    make([](body* self) -> behavior {
      self->on_drained([=] {
        self->push("half");
        throw std::runtime_error("broken");
      });
      return {};
    });
  }
  check_ended(false);
}

TEST_CASE_FIXTURE(body_fixture, "a body of known length that lacks octets is "
                                "cut") {
  make(
    [](body* self) -> behavior {
      self->push("12345");
      self->close();
      return {};
    },
    lungo::stream::options{6});
  check_ended(false);
}

TEST_CASE_FIXTURE(body_fixture, "a body of known length that is whole ends") {
  make(
    [](body* self) -> behavior {
      self->push("123456");
      self->close();
      return {};
    },
    lungo::stream::options{6});
  CHECK(seen->written() == "123456");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "more octets than were promised are a fault of "
                                "the program") {
  auto made = start(
    [](body* self) -> behavior {
      self->push("1234567");
      return {};
    },
    lungo::stream::options{6});
  CHECK(has_ended(made));
  CHECK(told->ready.empty());
}

TEST_CASE_FIXTURE(body_fixture, "a server that leaves lets a body go on") {
  auto made = make([](body*) -> behavior { return {}; });
  tell(made, msg::shut{close_reason::drained});
  CHECK_FALSE(has_ended(made));
  tell(made, lungo::stream::piece{"the rest"});
  tell(made, close_atom_v);
  CHECK(seen->written() == "the rest");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "a body that is withdrawn is cut, since an end "
                                "would look whole") {
  auto made = make([](body*) -> behavior { return {}; });
  tell(made, msg::shut{close_reason::revoked});
  check_ended(false);
}

TEST_CASE_FIXTURE(body_fixture, "a streamed body has neither heartbeat nor "
                                "first octets") {
  http::upgrade wish = lungo::stream::upgrade(echo);
  auto& plan = static_cast<const spawn_plan&>(*wish.plan);
  auto habits = plan.habits(http::prepare(request, http::answer{wish}), config);
  CHECK(habits.first.empty());
  CHECK(habits.idle.empty());
  CHECK_FALSE(habits.messages.has_value());
}

// -- the request --------------------------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "whoever reads the body says so before the "
                                "commit") {
  start(echo);
  CHECK(told->reads_body);
  start([](body*) -> behavior { return {}; });
  CHECK_FALSE(told->reads_body);
}

TEST_CASE_FIXTURE(body_fixture, "the next piece is asked for when the one "
                                "before has been handled") {
  auto made = make(echo);
  REQUIRE(seen->wanted_bodies.size() == 1);
  CHECK(seen->wanted_bodies[0].at.session == 7);
  CHECK_FALSE(seen->wanted_bodies[0].whole);
  give(made, "one ", false);
  CHECK(seen->wanted_bodies.size() == 2);
  give(made, "two", true);
  CHECK(seen->wanted_bodies.size() == 2);
  CHECK(seen->written() == "one two");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "a client that does not take its answer is not "
                                "read from") {
  lungo::stream::options how;
  how.outbox = flow::outbox_limits{.window_bytes = 4};
  auto made = make(echo, how);
  give(made, "12345678", false);
  CHECK(seen->wanted_bodies.size() == 1);
  drain_all(made);
  CHECK(seen->wanted_bodies.size() == 2);
}

TEST_CASE_FIXTURE(body_fixture, "a paused body is not asked for until it is "
                                "resumed") {
  body* reader = nullptr;
  auto made = make([&](body* self) -> behavior {
    reader = self;
    self->on_body([=](std::string_view) { self->pause(); });
    return {[=](int) { self->resume(); }};
  });
  give(made, "one", false);
  CHECK(seen->wanted_bodies.size() == 1);
  tell(made, 1);
  CHECK(seen->wanted_bodies.size() == 2);
}

TEST_CASE_FIXTURE(body_fixture, "an empty body has an end, and no piece") {
  int pieces = 0;
  int ends = 0;
  auto made = make([&](body* self) -> behavior {
    self->on_body([&](std::string_view) { ++pieces; });
    self->on_body_end([&] { ++ends; });
    return {};
  });
  give(made, "", true);
  CHECK(pieces == 0);
  CHECK(ends == 1);
}

TEST_CASE_FIXTURE(body_fixture, "a reader that ends the body is there until it "
                                "returns") {
  auto token = std::make_shared<int>(0);
  std::weak_ptr<int> held = token;
  auto there = false;
  auto made = make([&](body* self) -> behavior {
    self->on_body([&held, &there, self,
                   token = std::exchange(token, nullptr)](std::string_view) {
      self->abort();
      there = !held.expired();
    });
    return {};
  });
  give(made, "octets", false);
  CHECK(there);
  CHECK(held.expired());
  check_ended(false);
}

TEST_CASE_FIXTURE(body_fixture, "nothing is asked for behind the last piece, "
                                "and no transform hears of a second end") {
  of_request.add(doubled);
  std::string got;
  auto made = make([&](body* self) -> behavior {
    self->on_body([&, self](std::string_view octets) {
      got += octets;
      self->pause();
      self->resume();
    });
    self->on_body_end([&] { got += "end"; });
    return {};
  });
  give(made, "a", false);
  CHECK(seen->wanted_bodies.size() == 2);
  give(made, "b", true);
  CHECK(seen->wanted_bodies.size() == 2);
  CHECK(got == "aabb.end");
}

// -- transforms ---------------------------------------------------------------

TEST_CASE_FIXTURE(body_fixture, "both bodies pass the transforms that "
                                "middleware put on them") {
  of_request.add([](std::string_view octets, bool) {
    return "<" + std::string{octets} + ">";
  });
  of_response.add(doubled);
  auto made = make(echo);
  give(made, "a", false);
  give(made, "b", true);
  CHECK(seen->written() == "<a><a><b><b>.");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "a transformed body has no length to keep") {
  of_response.add(doubled);
  make(
    [](body* self) -> behavior {
      self->push("123");
      self->close();
      return {};
    },
    lungo::stream::options{3});
  CHECK(seen->written() == "123123.");
  check_ended(true);
}

TEST_CASE_FIXTURE(body_fixture, "a transform that throws cuts the body") {
  of_response.add([](std::string_view, bool) -> std::string {
    throw std::runtime_error("");
  });
  auto made = make([](body*) -> behavior { return {}; });
  tell(made, lungo::stream::piece{"a"});
  CHECK(has_ended(made));
  check_ended(false);
}
