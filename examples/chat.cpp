// A chat: each guest is a WebSocket and so an actor, and one actor knows who is
// in which room. The page at `/` is a client; any other one may be, too.

#include "chat_page.hpp"
#include "page.hpp"

#include <boost/json.hpp>
#include <lungo/run.hpp>

#include <map>

namespace http = lungo::http;
namespace json = boost::json;
namespace websocket = lungo::websocket;

using guest_actor = lungo::websocket_connection_actor;
using enter_atom = caf::atom_constant<caf::atom("enter")>;
using say_atom = caf::atom_constant<caf::atom("say")>;

using hall_actor = caf::typed_actor<
  // This guest enters that room under that name.
  caf::reacts_to<enter_atom, std::string, std::string, guest_actor>,
  // To the room, from the guest of that name, this text.
  caf::reacts_to<say_atom, std::string, std::string, std::string>>;

struct hall_state {
  std::map<std::string, std::map<guest_actor, std::string>> rooms;
};

using hall_pointer = hall_actor::stateful_pointer<hall_state>;

/// Encoded once for all who are in the room.
void tell(hall_pointer self, const std::string& room, json::object what) {
  auto frame
    = websocket::encode_for_all(websocket::text(json::serialize(what)));
  for (auto& [guest, name] : self->state.rooms[room])
    self->send(guest, frame);
}

/// A guest who leaves ends its actor, with a word or without.
void leave(hall_pointer self, const caf::actor_addr& who) {
  for (auto& [room, guests] : self->state.rooms)
    for (auto at = guests.begin(); at != guests.end(); ++at)
      if (at->first == who) {
        auto name = guests.extract(at).mapped();
        return tell(self, room, {{"type", "left"}, {"user", name}});
      }
}

hall_actor::behavior_type hall(hall_pointer self) {
  self->set_down_handler([=](const caf::down_msg& what) {
    leave(self, what.source);
    std::erase_if(self->state.rooms, [](auto& x) { return x.second.empty(); });
  });
  return {
    [=](enter_atom, const std::string& room, const std::string& user,
        const guest_actor& guest) {
      self->monitor(guest);
      self->state.rooms[room][guest] = user;
      tell(self, room, {{"type", "joined"}, {"user", user}});
    },
    [=](say_atom, const std::string& room, const std::string& user,
        const std::string& text) {
      tell(self, room, {{"type", "message"}, {"user", user}, {"text", text}});
    },
  };
}

http::answer chat(hall_actor to, const http::request& request) {
  auto user = request.query_param("user").value_or("");
  std::string room{request.param("room")};
  if (auto sane = websocket::check_text(user + room); !sane)
    return http::error_response(sane.error());
  if (user.empty())
    user = "Anonymous";
  websocket::options how;
  how.limits = websocket::decoder_limits{.message_bytes = 64 * 1024};
  how.deflate = true;
  return websocket::upgrade(
    [=](websocket::connection<>* self) -> websocket::behavior {
      self->send(to, enter_atom::value, room, user, self->handle());
      self->on_message([=](const websocket::message& said) {
        if (said.is_text())
          self->send(to, say_atom::value, room, user, said.payload());
        else
          self->close(websocket::close_code::unsupported_data, "text only");
      });
      return {};
    },
    how);
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto to = app.spawn(hall);
    auto enter
      = [to](const http::request& request) { return chat(to, request); };
    add_page(app, chat_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/chat", enter);
    app.get("/rooms/:room", enter);
  });
}
