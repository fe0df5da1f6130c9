// What docs/guide/websocket.md shows, as one program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <chrono>
#include <set>

namespace {

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace websocket = lungo::websocket;

// [echo]
websocket::behavior echo(websocket::connection<>* self) {
  self->on_message([=](const websocket::message& what) { self->push(what); });
  return {};
}
// [echo]

// [state]
struct tally_state {
  std::size_t octets = 0;
};

websocket::behavior tally(websocket::connection<tally_state>* self) {
  self->push(websocket::text("hello"));
  self->on_message([=](const websocket::message& what) {
    if (!what.is_text())
      return self->close(websocket::close_code::unsupported_data, "text only");
    self->state.octets += what.payload().size();
    self->push(websocket::text(fmt::format("{}", self->state.octets)));
  });
  return {};
}
// [state]

// [room]
using join_atom = caf::atom_constant<caf::atom("join")>;

using room_actor = caf::typed_actor<
  // Tell me what is said from now on.
  caf::reacts_to<join_atom, lungo::websocket_connection_actor>,
  // Say this to all.
  caf::reacts_to<std::string>>;

struct room_state {
  std::set<lungo::websocket_connection_actor> guests;
};

room_actor::behavior_type room(room_actor::stateful_pointer<room_state> self) {
  self->set_down_handler([=](const caf::down_msg& what) {
    std::erase_if(self->state.guests,
                  [&](auto& guest) { return guest == what.source; });
  });
  return {
    [=](join_atom, const lungo::websocket_connection_actor& guest) {
      self->monitor(guest);
      self->state.guests.insert(guest);
    },
    [=](const std::string& text) {
      auto frame = websocket::encode_for_all(websocket::text(text));
      for (auto& guest : self->state.guests)
        self->send(guest, frame);
    },
  };
}
// [room]

// [join]
websocket::upgrade_handler enter(room_actor to) {
  return websocket::upgrade(
    [to](websocket::connection<>* self) -> websocket::behavior {
      self->send(to, join_atom::value, self->handle());
      self->on_message([=](const websocket::message& what) {
        if (what.is_text())
          self->send(to, what.payload());
      });
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
  = websocket::connection<match_state, caf::reacts_to<goal_atom>>;

match_connection::behavior_type match(match_connection* self) {
  self->send(self->handle(), goal_atom::value);
  return {
    [=](goal_atom) {
      auto score = fmt::format("{}", ++self->state.goals);
      self->push(websocket::text(score));
    },
  };
}
// [own]

// [close]
constexpr auto enough = static_cast<websocket::close_code>(4001);

websocket::behavior one_word(websocket::connection<>* self) {
  self->on_close([](const websocket::closing& how) {
    fmt::print(stderr, "{}, {}: {}\n", to_string(how.why),
               static_cast<int>(how.status.code), how.status.reason);
  });
  self->on_message([=](const websocket::message& what) {
    self->push(what);
    self->close(enough, "one word is enough");
  });
  return {};
}
// [close]

// [spoken]
websocket::behavior words(websocket::connection<>* self) {
  auto spoken = self->subprotocol();
  self->push(websocket::text(spoken.empty() ? "no words" : spoken));
  return {};
}
// [spoken]

// [price]
websocket::behavior price(websocket::connection<>* self) {
  self->every(100ms, [=, cents = 100]() mutable {
    self->push(websocket::text(fmt::format("{}", ++cents)).key("price"));
  });
  return {};
}
// [price]

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [route]
  app.get("/echo", websocket::upgrade(echo));
  // [route]
  app.get("/tally", websocket::upgrade(tally));
  app.get("/match", websocket::upgrade(match));
  app.get("/word", websocket::upgrade(one_word));
  // [say]
  auto to = app.spawn(room);
  app.get("/room", enter(to));
  app.post("/room", [to](const http::request& request) {
    if (auto sane = websocket::check_text(request.body); !sane)
      return http::error_response(sane.error());
    caf::anon_send(to, request.body);
    return http::empty(http::status::accepted);
  });
  // [say]
  // [origins]
  websocket::options guests;
  guests.origins = std::vector<std::string>{"https://cafe.example"};
  app.get("/guests", websocket::upgrade(echo, guests));
  // [origins]
  // [subprotocols]
  websocket::options spoken;
  spoken.subprotocols = {"v2.words", "v1.words"};
  app.get("/words", websocket::upgrade(words, spoken));
  // [subprotocols]
  // [limits]
  websocket::options small;
  small.limits = websocket::decoder_limits{
    .message_bytes = 4096,
    .message_fragments = 4,
  };
  small.deflate = true;
  small.heartbeat = 5s;
  app.get("/small", websocket::upgrade(echo, small));
  // [limits]
  // [slow]
  websocket::options newest;
  newest.outbox = lungo::flow::outbox_limits{
    .events = 64,
    .bytes = 64 * 1024,
    .policy = lungo::flow::overflow_policy::coalesce,
  };
  app.get("/price", websocket::upgrade(price, newest));
  // [slow]
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
