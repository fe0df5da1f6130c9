#include "routes.hpp"

#include <fmt/format.h>
#include <lungo/websocket_connection.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lungo::test {

namespace {

using namespace std::chrono_literals;
using pass_atom = caf::atom_constant<caf::atom("pass")>;
using step_atom = caf::atom_constant<caf::atom("step")>;

using guest = websocket::connection<>;

/// Notes the end as `REASON CODE`, and `REASON CODE: TEXT` if there is a text.
auto noting(const tally& reasons) {
  return [reasons](const websocket::closing& how) {
    auto& [code, text] = how.status;
    reasons.note(fmt::format("{} {}{}{}", to_string(how.why),
                             static_cast<unsigned>(code),
                             text.empty() ? "" : ": ", text));
  };
}

auto echo(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message([=](const websocket::message& what) { self->push(what); });
    return {};
  };
}

/// Says nothing; notes each message.
auto silent(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message(
      [reasons](const websocket::message&) { reasons.note("message"); });
    return {};
  };
}

/// Closes with a word, as soon as it can.
auto closes(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->push(websocket::text("bye"));
    self->close(static_cast<websocket::close_code>(4001), "kicked");
    return {};
  };
}

/// Closes when it is spoken to; what comes later is not echoed.
auto closes_when_spoken_to(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message([=](const websocket::message& what) {
      self->push(what);
      self->close(static_cast<websocket::close_code>(4001), "kicked");
    });
    return {};
  };
}

auto throws(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message([](const websocket::message&) {
      throw std::runtime_error("a secret of the socket");
    });
    return {};
  };
}

auto init_throws() {
  return [](guest*) -> websocket::behavior {
    throw std::runtime_error("a secret of the socket");
  };
}

/// Says which subprotocol was agreed on.
auto subprotocol(const tally& reasons) {
  return [reasons](guest* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->push(websocket::text(self->subprotocol()));
    return {};
  };
}

/// Lets nobody pass until a request opens it.
caf::behavior gate(caf::event_based_actor* self) {
  auto open = std::make_shared<bool>(false);
  auto waiting = std::make_shared<std::vector<caf::response_promise>>();
  return {
    [=](pass_atom) {
      auto promise = self->make_response_promise();
      if (*open)
        promise.deliver(caf::unit);
      else
        waiting->push_back(promise);
      return promise;
    },
    [=](const http::request_ptr&) {
      *open = true;
      for (auto& each : std::exchange(*waiting, {}))
        each.deliver(caf::unit);
      return http::answer{http::text("open")};
    },
  };
}

struct count_state {
  std::uint64_t next = 0;
};

using counter = websocket::connection<count_state>;

/// Handles little before the gate is open; tells the empty message how many
/// others came before it.
auto slow(const tally& reasons, const caf::actor& before) {
  return [=](counter* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message([=](const websocket::message& what) {
      if (what.payload().empty())
        self->push(websocket::text(std::to_string(self->state.next)));
      else if (self->state.next++ == 0)
        self->request(before, caf::infinite, pass_atom::value).await([] {});
    });
    return {};
  };
}

/// Counts as fast as the peer takes it.
auto fast(const tally& reasons) {
  return [reasons](counter* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_drained([=] {
      while (self->writable())
        self->push(websocket::text(std::to_string(self->state.next++)));
    });
    return {};
  };
}

constexpr std::uint64_t flood_messages = 24'000;

/// When spoken to, pushes 24 MB whether the peer takes them or not.
auto flood(const tally& reasons) {
  return [reasons](counter* self) -> websocket::behavior {
    self->on_close(noting(reasons));
    self->on_message(
      [=](const websocket::message&) { self->send(self, step_atom::value); });
    return {
      [=](step_atom) {
        for (int i = 0; i < 100; ++i)
          self->push(websocket::text(fmt::format("{:05} {}", self->state.next++,
                                                 std::string(1000, 'x'))));
        if (self->state.next < flood_messages)
          return self->send(self, step_atom::value);
        self->push(websocket::text("end"));
        reasons.note("flooded");
      },
    };
  };
}

void add_floods(server& app, const tally& reasons) {
  using policy = flow::overflow_policy;
  for (auto each : {policy::disconnect, policy::drop_oldest}) {
    websocket::options how;
    how.outbox = flow::outbox_limits{
      .events = 100, .bytes = 200'000, .window_bytes = 16'384, .policy = each};
    app.get(fmt::format("/ws/flood/{}", to_string(each)),
            websocket::upgrade(flood(reasons), how));
  }
}

/// In review: fields, two cookies, and attempts on what is the protocol's.
http::verdict adorn(const http::exchange&) {
  return http::amend{}
    .add("X-Request-Id", "7")
    .add("Set-Cookie", "a=1; Path=/; HttpOnly")
    .add("Set-Cookie", "b=2; Path=/; HttpOnly")
    .set("Sec-WebSocket-Accept", "mine")
    .set("Sec-WebSocket-Protocol", "mine")
    .set("Content-Length", "5")
    .set("Upgrade", "mine");
}

template <class F>
middleware entering(const char* name, F f) {
  return make_middleware(name, {.enter = f, .review = nullptr});
}

template <class F>
middleware reviewing(const char* name, F f) {
  return make_middleware(name, {.enter = nullptr, .review = f});
}

void add_guarded(server& app, const tally& reasons) {
  auto handler = websocket::upgrade(echo(reasons));
  app.get("/ws/guarded", handler).with(reviewing("adornment", adorn));
  app.get("/ws/guarded/401", handler)
    .with(entering("no_ticket", [](const http::request&) -> http::verdict {
      return http::replace{
        http::text("Unauthorized", http::status::unauthorized)};
    }));
  app.get("/ws/guarded/403", handler)
    .with(reviewing("banned", [](const http::exchange&) -> http::verdict {
      return http::replace{http::text("Forbidden", http::status::forbidden)};
    }));
}

void add_options(server& app, const tally& reasons) {
  websocket::options deflating;
  deflating.deflate = true;
  app.get("/ws/echo-deflate", websocket::upgrade(echo(reasons), deflating));
  websocket::options beating;
  beating.heartbeat = 100ms;
  app.get("/ws/beating", websocket::upgrade(silent(reasons), beating));
  websocket::options to_any, to_one;
  to_any.origins = {"*"};
  to_one.origins = {"https://a.example"};
  app.get("/ws/from-anywhere", websocket::upgrade(echo(reasons), to_any));
  app.get("/ws/from-one", websocket::upgrade(echo(reasons), to_one));
  websocket::options speaking;
  speaking.subprotocols = {"v2.test", "v1.test"};
  app.get("/ws/protocols", websocket::upgrade(subprotocol(reasons), speaking));
}

} // namespace

void add_websocket_routes(server& app, const tally& reasons) {
  app.get("/ws/echo", websocket::upgrade(echo(reasons)));
  app.get("/ws/silent", websocket::upgrade(silent(reasons)));
  app.get("/ws/closes", websocket::upgrade(closes(reasons)));
  app.get("/ws/closes-when-spoken-to",
          websocket::upgrade(closes_when_spoken_to(reasons)));
  app.get("/ws/throws", websocket::upgrade(throws(reasons)));
  app.get("/ws/init-throws", websocket::upgrade(init_throws()));
  app.get("/ws/fast", websocket::upgrade(fast(reasons)));
  auto before = app.system().spawn(gate);
  app.get("/ws/slow", websocket::upgrade(slow(reasons, before)));
  app.get("/gate", caf::actor_cast<handler_actor>(before));
  add_floods(app, reasons);
  add_guarded(app, reasons);
  add_options(app, reasons);
}

} // namespace lungo::test
