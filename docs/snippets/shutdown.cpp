// What docs/guide/shutdown.md shows, as one program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <chrono>
#include <map>
#include <string>

namespace {

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace sse = lungo::sse;

// [sessions]
using open_atom = caf::atom_constant<caf::atom("open")>;

using sessions_actor = caf::typed_actor<
  // This connection is that user's.
  caf::reacts_to<open_atom, std::string, lungo::any_connection_actor>,
  // That user may stay for so long from now on.
  caf::reacts_to<std::string, lungo::renew>,
  // That user may not stay.
  caf::reacts_to<lungo::revoke_atom, std::string>>;

struct sessions_state {
  std::multimap<std::string, lungo::any_connection_actor> open;
};

template <class Message>
void tell(sessions_actor::stateful_pointer<sessions_state> self,
          const std::string& user, Message what) {
  auto [first, last] = self->state.open.equal_range(user);
  for (auto each = first; each != last; ++each)
    self->send(each->second, what);
}

sessions_actor::behavior_type
sessions(sessions_actor::stateful_pointer<sessions_state> self) {
  self->set_down_handler([=](const caf::down_msg& what) {
    std::erase_if(self->state.open,
                  [&](auto& each) { return each.second == what.source; });
  });
  return {
    [=](open_atom, const std::string& user,
        const lungo::any_connection_actor& connection) {
      self->monitor(connection);
      self->state.open.emplace(user, connection);
    },
    [=](const std::string& user, lungo::renew time) { tell(self, user, time); },
    [=](lungo::revoke_atom, const std::string& user) {
      tell(self, user, lungo::revoke_atom_v);
    },
  };
}
// [sessions]

// [expires]
sse::upgrade_handler inbox(sessions_actor known) {
  return sse::upgrade([known](sse::connection<>* self) -> sse::behavior {
    std::string user{self->request().attribute("subject")};
    self->send(known, open_atom::value, user,
               lungo::any_connection_actor{self->handle()});
    self->expires_in(15min);
    return {};
  });
}
// [expires]

sse::behavior ticker(sse::connection<>* self) {
  self->push(sse::event{"open"});
  return {};
}

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [age]
  sse::options how;
  how.max_age = 1h;
  app.get("/ticker", sse::upgrade(ticker, how));
  // [age]
  // [routes]
  auto known = app.spawn(sessions);
  auto tokens = lungo::static_tokens({
    {"s3cret-of-anna", {.subject = "anna"}},
    {"s3cret-of-otto", {.subject = "otto"}},
  });
  auto auth = app.use(lungo::bearer_auth{.check = tokens});
  app.get("/inbox", inbox(known)).with(auth);
  app
    .post("/session",
          [known](const http::request& request) {
            caf::anon_send(known, std::string{request.attribute("subject")},
                           lungo::renew{15min});
            return http::empty();
          })
    .with(auth);
  app
    .del("/session",
         [known](const http::request& request) {
           caf::anon_send(known, lungo::revoke_atom_v,
                          std::string{request.attribute("subject")});
           return http::empty();
         })
    .with(auth);
  // [routes]
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
