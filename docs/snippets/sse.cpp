// What docs/guide/sse.md shows, as one program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <charconv>
#include <chrono>
#include <set>

namespace {

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace sse = lungo::sse;

// [open]
struct clock_state {
  int ticks = 0;
};

sse::behavior clock_stream(sse::connection<clock_state>* self) {
  self->push(sse::event{"hello"}.name("greeting").retry(2s));
  self->every(1s, [=] {
    self->push(sse::event{fmt::format("{}", ++self->state.ticks)});
  });
  return {};
}
// [open]

// [end]
using tick_atom = caf::atom_constant<caf::atom("tick")>;

sse::behavior three_ticks(sse::connection<clock_state>* self) {
  self->on_close([](lungo::close_reason why) {
    fmt::print(stderr, "a clock has ended: {}\n", to_string(why));
  });
  self->send(self, tick_atom::value);
  return {
    [=](tick_atom) {
      self->push(sse::event{"tick"});
      if (++self->state.ticks == 3)
        self->close();
      else
        self->delayed_send(self, 10ms, tick_atom::value);
    },
  };
}
// [end]

// [resume]
struct lines_state {
  std::uint64_t next = 0;
};

std::uint64_t number_after(const std::string& id) {
  std::uint64_t last = 0;
  auto end = id.data() + id.size();
  auto [stop, failed] = std::from_chars(id.data(), end, last);
  return failed == std::errc{} && stop == end ? last + 1 : 0;
}

sse::behavior lines(sse::connection<lines_state>* self) {
  self->state.next = number_after(self->last_event_id());
  self->every(100ms, [=] {
    auto id = self->state.next++;
    self->push(sse::event{fmt::format("line {}", id)}.id(id));
  });
  return {};
}
// [resume]

// [producer]
sse::behavior all_numbers(sse::connection<lines_state>* self) {
  self->on_drained([=] {
    while (self->writable() && self->state.next < 10'000)
      self->push(sse::event{fmt::format("{}", self->state.next++)});
    if (self->state.next == 10'000)
      self->close();
  });
  return {};
}
// [producer]

// [hub]
using join_atom = caf::atom_constant<caf::atom("join")>;

using hub_actor = caf::typed_actor<
  // Send me what is said from now on.
  caf::reacts_to<join_atom, lungo::sse_connection_actor>,
  // Say this to all.
  caf::reacts_to<std::string>>;

struct hub_state {
  std::set<lungo::sse_connection_actor> members;
};

hub_actor::behavior_type hub(hub_actor::stateful_pointer<hub_state> self) {
  self->set_down_handler([=](const caf::down_msg& what) {
    std::erase_if(self->state.members,
                  [&](auto& member) { return member == what.source; });
  });
  return {
    [=](join_atom, const lungo::sse_connection_actor& member) {
      self->monitor(member);
      self->state.members.insert(member);
    },
    [=](const std::string& text) {
      auto frame = sse::encode(sse::event{text}.name("said"));
      for (auto& member : self->state.members)
        self->send(member, frame);
    },
  };
}
// [hub]

// [join]
sse::upgrade_handler listen_to(hub_actor to) {
  return sse::upgrade([to](sse::connection<>* self) -> sse::behavior {
    self->send(to, join_atom::value, self->handle());
    return {};
  });
}
// [join]

// [own]
using goal_atom = caf::atom_constant<caf::atom("goal")>;

struct match_state {
  int goals = 0;
};

using match_connection
  = sse::connection<match_state, caf::reacts_to<goal_atom>>;

match_connection::behavior_type match(match_connection* self) {
  return {
    [=](goal_atom) {
      auto score = fmt::format("{}", ++self->state.goals);
      self->push(sse::event{score}.name("goal"));
    },
  };
}
// [own]

// [become]
sse::behavior half_time(sse::connection<>* self) {
  self->delayed_send(self, 100ms, tick_atom::value);
  return {
    [=](tick_atom) {
      self->push(sse::event{"half time"});
      self->delayed_send(self, 100ms, tick_atom::value);
      self->become({[=](tick_atom) { self->push(sse::event{"full time"}); }});
    },
  };
}
// [become]

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  app.get("/clock", sse::upgrade(clock_stream));
  app.get("/three", sse::upgrade(three_ticks));
  app.get("/lines", sse::upgrade(lines));
  app.get("/numbers", sse::upgrade(all_numbers));
  app.get("/match", sse::upgrade(match));
  app.get("/halves", sse::upgrade(half_time));
  // [say]
  auto to = app.spawn(hub);
  app.get("/said", listen_to(to));
  app.post("/said", [to](const http::request& request) {
    caf::anon_send(to, request.body);
    return http::empty(http::status::accepted);
  });
  // [say]
  // [options]
  sse::options newest;
  newest.outbox = lungo::flow::outbox_limits{
    .events = 64,
    .bytes = 64 * 1024,
    .policy = lungo::flow::overflow_policy::coalesce,
  };
  newest.heartbeat = 5s;
  app.get("/prices", sse::upgrade(clock_stream, newest));
  // [options]
  // [decide]
  auto stream = sse::upgrade(clock_stream);
  app.get("/time", [stream](const http::request& request) -> http::answer {
    if (request.query_param("live"))
      return stream;
    return http::text("late\n");
  });
  // [decide]
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
