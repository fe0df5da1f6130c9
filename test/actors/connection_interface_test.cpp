#include "stream_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;

namespace {

using add_atom = caf::atom_constant<caf::atom("add")>;
using next_atom = caf::atom_constant<caf::atom("next")>;

/// A stream with messages of its own.
struct sum {
  int total = 0;
};

using summing = sse::connection<sum, caf::reacts_to<add_atom, int>>;

summing::behavior_type add_up(summing* self) {
  return {
    [=](add_atom, int what) {
      self->state.total += what;
      self->push(sse::event{std::to_string(self->state.total)});
    },
  };
}

/// A stream that says where its client left off.
sse::behavior resume(plain* self) {
  self->push(sse::event{"after [" + self->last_event_id() + "]"});
  return {};
}

/// One that says other things after `next`.
sse::behavior change(plain* self) {
  return {[=](next_atom) {
    self->push(sse::event{"before"});
    self->become({[=](next_atom) { self->push(sse::event{"behind"}); }});
  }};
}

template <class Handle>
auto keep_handle(Handle& into) {
  return [&into](sse::connection<>* self) -> sse::behavior {
    into = self->handle();
    return {};
  };
}

} // namespace

TEST_CASE_FIXTURE(stream_fixture, "any actor may send events, frames and close "
                                  "to the typed handle") {
  sse_connection_actor handle;
  auto made = commit(keep_handle(handle));
  caf::anon_send(handle, sse::event{"event"});
  caf::anon_send(handle, sse::encode(sse::event{"frame"}));
  caf::anon_send(handle, close_atom_v);
  run();
  CHECK(seen->written() == block("event") + block("frame"));
  CHECK(has_ended(made));
}

TEST_CASE_FIXTURE(stream_fixture, "one frame sent to two streams is written "
                                  "from the same octets") {
  auto first = commit(quiet);
  auto second = commit(quiet);
  auto frame = sse::encode(sse::event{"shared"});
  tell(first, frame);
  tell(second, frame);
  REQUIRE(seen->writes.size() == 2);
  CHECK(seen->writes[0].pieces[0].view().data()
        == seen->writes[1].pieces[0].view().data());
}

TEST_CASE_FIXTURE(stream_fixture, "a connection with signatures of its own "
                                  "takes them by its typed handle") {
  summing::handle_type handle;
  commit([&](summing* self) {
    handle = self->handle();
    return add_up(self);
  });
  caf::anon_send(handle, add_atom::value, 2);
  caf::anon_send(handle, add_atom::value, 3);
  caf::anon_send(handle, sse::event{"still a stream"});
  run();
  CHECK(seen->written() == block("2") + block("5") + block("still a stream"));
}

TEST_CASE_FIXTURE(stream_fixture, "become goes on with other handlers, and the "
                                  "stream's own stay") {
  auto made = commit(change);
  tell(made, next_atom::value);
  tell(made, next_atom::value);
  tell(made, sse::event{"pushed"});
  CHECK(seen->written() == block("before") + block("behind") + block("pushed"));
}

TEST_CASE_FIXTURE(stream_fixture, "an unknown message does not end a "
                                  "connection") {
  auto made = commit(quiet);
  tell(made, std::string{"who are you?"});
  tell(made, sse::event{"alive"});
  CHECK(seen->written() == block("alive"));
}

TEST_CASE_FIXTURE(stream_fixture, "a user's handler for events goes first") {
  auto made = commit([](plain* self) -> sse::behavior {
    return {[=](const sse::event& what) {
      self->push(sse::event{"seen " + what.data().value_or("")});
    }};
  });
  tell(made, sse::event{"it"});
  CHECK(seen->written() == block("seen it"));
}

TEST_CASE_FIXTURE(stream_fixture, "what is pushed when another actor answers "
                                  "leaves as well") {
  auto made = commit([](plain* self) -> sse::behavior {
    return {
      [=](next_atom) {
        self->request(caf::actor{self}, caf::infinite, add_atom::value)
          .then([=](int answer) {
            self->push(sse::event{std::to_string(answer)});
          });
      },
      [](add_atom) { return 42; },
    };
  });
  tell(made, next_atom::value);
  CHECK(seen->written() == block("42"));
}

// -- the request --------------------------------------------------------------

TEST_CASE_FIXTURE(stream_fixture, "on_open sees the request") {
  request->params.emplace_back("room", "kitchen");
  commit([](plain* self) -> sse::behavior {
    self->push(sse::event{std::string{self->request().param("room")}});
    return {};
  });
  CHECK(seen->written() == block("kitchen"));
}

TEST_CASE_FIXTURE(stream_fixture, "request and last_event_id are refused after "
                                  "on_open") {
  int refused = 0;
  auto made = commit([&](plain* self) -> sse::behavior {
    return {[self, &refused](next_atom) {
      CHECK_THROWS_AS(self->request(), std::logic_error);
      CHECK_THROWS_AS(self->last_event_id(), std::logic_error);
      ++refused;
    }};
  });
  tell(made, next_atom::value);
  CHECK(refused == 1);
}

TEST_CASE_FIXTURE(stream_fixture, "a client that comes for the first time has "
                                  "no last id") {
  commit(resume);
  CHECK(seen->written() == block("after []"));
}

TEST_CASE_FIXTURE(stream_fixture, "the last id is that of the header") {
  request = get("/events?lastEventId=query");
  request->fields.add("Last-Event-ID", "header");
  commit(resume);
  CHECK(seen->written() == block("after [header]"));
}

TEST_CASE_FIXTURE(stream_fixture, "without the header it is that of the "
                                  "query") {
  request = get("/events?lastEventId=a%2Db");
  commit(resume);
  CHECK(seen->written() == block("after [a-b]"));
}

TEST_CASE_FIXTURE(stream_fixture, "a route may name the query parameter") {
  request = get("/events?since=9&lastEventId=8");
  sse::options how;
  how.last_event_id_query = "since";
  commit(resume, how);
  CHECK(seen->written() == block("after [9]"));
}
