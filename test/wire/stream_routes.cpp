#include "routes.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace lungo::test {

namespace {

using namespace std::chrono_literals;
using step_atom = caf::atom_constant<caf::atom("step")>;
using serve_atom = caf::atom_constant<caf::atom("serve")>;

struct count_state {
  std::uint64_t next = 0;
  bool flooding = false;
};

using stream = sse::connection<count_state>;

sse::event numbered(std::uint64_t n) {
  return sse::event{fmt::format(R"({{"count": {}}})", n)}.id(n);
}

/// Ticks as fast as the client takes it; `?count=N` ends it.
auto fast(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    auto last = std::stoull(self->request().query_param("count").value_or("0"));
    self->on_close(reasons.closing());
    self->on_drained([=] {
      while (self->writable()) {
        if (last != 0 && self->state.next == last)
          return self->close();
        self->push(numbered(self->state.next++));
      }
    });
    return {};
  };
}

/// Says nothing of its own accord.
auto silent(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    self->on_close(reasons.closing());
    return {};
  };
}

auto init_throws() {
  return [](stream*) -> sse::behavior {
    throw std::runtime_error("a secret of the stream");
  };
}

auto init_hangs() {
  return [](stream*) -> sse::behavior {
    std::this_thread::sleep_for(1500ms);
    return {};
  };
}

/// Pushes three events, then throws.
auto behavior_throws(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    self->on_close(reasons.closing());
    self->send(self, step_atom::value);
    return {
      [=](step_atom) {
        if (self->state.next == 3)
          throw std::runtime_error("a secret of the stream");
        self->push(numbered(self->state.next++));
        self->delayed_send(self, 50ms, step_atom::value);
      },
    };
  };
}

/// Throws as soon as it can, behind its init: before or after the head.
auto dies_at_once(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    self->on_close(reasons.closing());
    self->send(self, step_atom::value);
    return {
      [](step_atom) { throw std::runtime_error("a secret of the stream"); },
    };
  };
}

/// Ends as soon as it can.
auto ends_at_once(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    self->on_close(reasons.closing());
    self->send(self, close_atom_v);
    return {};
  };
}

auto lines() {
  return [](stream* self) -> sse::behavior {
    self->push(sse::event{"a\r\nb\rc\nd"});
    self->close();
    return {};
  };
}

template <class F>
void expect_refusal(stream* self, const char* what, F build) {
  try {
    self->push(build());
  } catch (const lungo::invalid_value&) {
    self->push(sse::event{what}.name("refused"));
  }
}

/// Tries to send what no event can carry.
auto invalid() {
  return [](stream* self) -> sse::behavior {
    using sse::event;
    expect_refusal(self, "LF in name", [] { return event{"x"}.name("a\nb"); });
    expect_refusal(self, "CR in name", [] { return event{"x"}.name("a\rb"); });
    expect_refusal(self, "LF in id", [] { return event{"x"}.id("a\nb"); });
    expect_refusal(self, "CR in id", [] { return event{"x"}.id("a\rb"); });
    expect_refusal(self, "NUL in id", [] {
      return event{"x"}.id(std::string{"a\0b", 3});
    });
    self->close();
    return {};
  };
}

/// Sends 1,000 events and the end to every connection whose handle it gets.
caf::behavior pusher(caf::event_based_actor* self) {
  return {
    [=](serve_atom, const sse_connection_actor& client) {
      for (std::uint64_t n = 0; n < 1000; ++n)
        self->send(client, numbered(n));
      self->send(client, close_atom_v);
    },
  };
}

auto pushed(const caf::actor& from) {
  return [from](stream* self) -> sse::behavior {
    self->send(from, serve_atom::value, sse_connection_actor{self->handle()});
    return {};
  };
}

/// Where the client left off.
auto resumed() {
  return [](stream* self) -> sse::behavior {
    self->push(sse::event{self->last_event_id()});
    self->close();
    return {};
  };
}

constexpr std::uint64_t flood_events = 24'000;

/// Once it is open, pushes 24 MB of numbered events, named `even` and `odd`,
/// whether the client takes them or not, and `end`.
auto flood(const tally& reasons) {
  return [reasons](stream* self) -> sse::behavior {
    self->on_close(reasons.closing());
    self->on_drained([=] {
      if (!std::exchange(self->state.flooding, true))
        self->send(self, step_atom::value);
    });
    return {
      [=](step_atom) {
        for (int i = 0; i < 100; ++i) {
          auto n = self->state.next++;
          self->push(numbered(n)
                       .data(std::string(1000, 'x'))
                       .name(n % 2 == 0 ? "even" : "odd"));
        }
        if (self->state.next < flood_events)
          return self->send(self, step_atom::value);
        self->push(sse::event{"all pushed"}.name("end"));
        reasons.note("flooded");
      },
    };
  };
}

sse::options bounded(flow::overflow_policy policy) {
  sse::options how;
  how.outbox = flow::outbox_limits{
    .events = 100, .bytes = 200'000, .window_bytes = 16'384, .policy = policy};
  return how;
}

void add_floods(server& app, const tally& reasons) {
  using policy = flow::overflow_policy;
  for (auto each : {policy::disconnect, policy::drop_oldest,
                    policy::drop_newest, policy::coalesce})
    app.get(fmt::format("/flood/{}", to_string(each)),
            sse::upgrade(flood(reasons), bounded(each)));
}

} // namespace

void add_stream_routes(server& app, const tally& reasons) {
  sse::options beating;
  beating.heartbeat = 100ms;
  app.get("/fast", sse::upgrade(fast(reasons)));
  app.get("/silent", sse::upgrade(silent(reasons)));
  app.get("/beating", sse::upgrade(silent(reasons), beating));
  app.get("/init-throws", sse::upgrade(init_throws()));
  app.get("/init-hangs", sse::upgrade(init_hangs()));
  app.get("/behavior-throws", sse::upgrade(behavior_throws(reasons)));
  app.get("/dies-at-once", sse::upgrade(dies_at_once(reasons)));
  app.get("/ends-at-once", sse::upgrade(ends_at_once(reasons)));
  app.get("/lines", sse::upgrade(lines()));
  app.get("/invalid", sse::upgrade(invalid()));
  app.get("/pushed", sse::upgrade(pushed(app.system().spawn(pusher))));
  app.get("/resumed", sse::upgrade(resumed()));
  add_floods(app, reasons);
}

} // namespace lungo::test
