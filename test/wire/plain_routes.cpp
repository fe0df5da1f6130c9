#include "routes.hpp"

#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace lungo::test {

namespace {

using ready_atom = caf::atom_constant<caf::atom("ready")>;

std::uint64_t number(const http::request& request, std::string_view name) {
  auto text = request.query_param(name).value_or("0");
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Answers `?ms=N` after so long, many requests at a time.
caf::behavior late_answers(caf::event_based_actor* self) {
  auto open
    = std::make_shared<std::map<std::uint64_t, caf::response_promise>>();
  return {
    [=](const http::request_ptr& request) {
      auto promise = self->make_response_promise();
      open->emplace(request->id, promise);
      std::chrono::milliseconds pause{number(*request, "ms")};
      self->delayed_send(self, pause, ready_atom::value, request->id);
      return promise;
    },
    [=](ready_atom, std::uint64_t id) {
      open->at(id).deliver(http::answer{http::text("late")});
      open->erase(id);
    },
  };
}

http::response echo(const http::request& request) {
  return http::text(request.body);
}

} // namespace

void add_plain_routes(server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  app.get("/number/:n", [](const http::request& request) {
    return http::text(std::string{request.param("n")});
  });
  app.get("/big", [](const http::request& request) {
    return http::text(std::string(number(request, "bytes"), 'x'));
  });
  app.get("/throws", [](const http::request&) -> http::answer {
    throw std::runtime_error("a secret of the server");
  });
  app.get("/late",
          caf::actor_cast<handler_actor>(app.system().spawn(late_answers)));
  app.post("/echo", echo);
  app.put("/echo", echo);
}

} // namespace lungo::test
