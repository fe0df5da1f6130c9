// A server of someone else, built against what is installed.

#include <caf/actor_system.hpp>
#include <lungo/config.hpp>
#include <lungo/server.hpp>

int main() {
  lungo::config cfg;
  caf::actor_system sys{cfg};
  lungo::server app{sys};
  app.get("/", [](const lungo::http::request&) {
    return lungo::http::text("hello");
  });
  return app.port() == 0 ? 0 : 1;
}
