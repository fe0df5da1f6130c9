// What docs/guide/first-server.md shows, as one program.

#include <fmt/format.h>
#include <lungo/http/cookies.hpp>
#include <lungo/run.hpp>

namespace {

// [handler]
namespace http = lungo::http;

http::answer greet(const http::request& request) {
  auto name = request.query_param("name").value_or("you");
  return http::text(fmt::format("Good morning, {}.\n", name));
}
// [handler]

// [refusal]
http::answer order(const http::request& request) {
  if (request.body.empty())
    return http::error_response(
      {lungo::errc::bad_request, "an order says what is ordered"});
  return http::text("ordered: " + request.body, http::status::created);
}
// [refusal]

// [cookie]
http::answer sign_in(const http::request& request) {
  http::cookie session;
  session.name = "table";
  session.value = request.param("table");
  auto answer = http::empty();
  http::set_cookie(answer, session);
  return answer;
}
// [cookie]

// [actor]
struct till_state {
  int sold = 0;
};

lungo::handler_actor::behavior_type
till(lungo::handler_actor::stateful_pointer<till_state> self) {
  return {
    [=](const http::request_ptr&) -> http::answer {
      return http::text(fmt::format("cup number {}\n", ++self->state.sold));
    },
  };
}
// [actor]

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [routes]
  app.get("/greeting", greet);
  app.post("/orders", order);
  app.put("/tables/:table", sign_in);
  app.get("/files/**", [](const http::request& request) {
    return http::text(std::string{request.param("**")});
  });
  // [routes]
  // [actor route]
  app.post("/cups", app.spawn(till));
  // [actor route]
}

} // namespace

// [settings]
int main(int argc, char** argv) {
  lungo::config cfg;
  cfg.server.limits.body_bytes = 64 * 1024;
  return lungo::run(argc, argv, cfg, add_routes);
}
// [settings]
