#include "routes.hpp"

#include <chrono>
#include <map>
#include <string>

namespace lungo::test {

namespace {

using namespace std::chrono_literals;
using enter_atom = caf::atom_constant<caf::atom("enter")>;
using std::chrono::milliseconds;

/// Who may be here, by name: where permissions are renewed and withdrawn.
using desk_actor = caf::typed_actor<
  // I am here under that name. (connection)
  caf::reacts_to<enter_atom, std::string, any_connection_actor>,
  // That one may stay for so long. (handler)
  caf::reacts_to<std::string, renew>,
  // That one may not stay. (handler)
  caf::reacts_to<revoke_atom, std::string>>;

struct desk_state {
  std::map<std::string, any_connection_actor> guests;
};

desk_actor::behavior_type desk(desk_actor::stateful_pointer<desk_state> self) {
  return {
    [=](enter_atom, const std::string& name, const any_connection_actor& who) {
      self->state.guests[name] = who;
    },
    [=](const std::string& name, renew time) {
      self->send(self->state.guests[name], time);
    },
    [=](revoke_atom, const std::string& name) {
      self->send(self->state.guests[name], revoke_atom_v);
      self->state.guests.erase(name);
    },
  };
}

milliseconds time_of(const http::request& asked) {
  return milliseconds{std::stoll(asked.query_param("ms").value_or("60000"))};
}

/// May stay for the `ms` of its query, unless the desk says otherwise.
template <class Connection>
auto guest(const tally& reasons, const desk_actor& at) {
  return [reasons, at](Connection* self) -> behavior {
    self->on_close(reasons.closing());
    self->send(at, enter_atom::value,
               std::string{self->request().param("name")},
               any_connection_actor{self->handle()});
    self->expires_in(time_of(self->request()));
    return {};
  };
}

template <class Connection>
auto silent(const tally& reasons) {
  return [reasons](Connection* self) -> behavior {
    self->on_close(reasons.closing());
    return {};
  };
}

template <class Options>
Options aging() {
  Options how;
  how.max_age = 400ms;
  return how;
}

void add_aging(server& app, const tally& reasons) {
  app.get(
    "/lifetime/aging/sse",
    sse::upgrade(silent<sse::connection<>>(reasons), aging<sse::options>()));
  app.get("/lifetime/aging/ws",
          websocket::upgrade(silent<websocket::connection<>>(reasons),
                             aging<websocket::options>()));
  app.get("/lifetime/aging/body",
          stream::upgrade(silent<stream::connection<>>(reasons),
                          aging<stream::options>()));
}

void add_guests(server& app, const tally& reasons, const desk_actor& at) {
  app.get("/lifetime/guest/:name/sse",
          sse::upgrade(guest<sse::connection<>>(reasons, at)));
  app.get("/lifetime/guest/:name/ws",
          websocket::upgrade(guest<websocket::connection<>>(reasons, at)));
  app.get("/lifetime/guest/:name/body",
          stream::upgrade(guest<stream::connection<>>(reasons, at)));
}

} // namespace

void add_lifetime_routes(server& app, const tally& reasons) {
  auto at = app.spawn(desk);
  add_aging(app, reasons);
  add_guests(app, reasons, at);
  app.post("/lifetime/renew/:name", [at](const http::request& asked) {
    caf::anon_send(at, std::string{asked.param("name")}, renew{time_of(asked)});
    return http::empty();
  });
  app.post("/lifetime/revoke/:name", [at](const http::request& asked) {
    caf::anon_send(at, revoke_atom_v, std::string{asked.param("name")});
    return http::empty();
  });
}

} // namespace lungo::test
