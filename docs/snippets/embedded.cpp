// A server in a program that has an actor system already.

#include <fmt/format.h>
#include <lungo/run.hpp>

// [embedded]
int main(int argc, char** argv) {
  lungo::config cfg;
  if (auto loaded = cfg.load(argc, argv); !loaded.go_on)
    return loaded.exit_code;
  caf::actor_system sys{cfg};
  lungo::server app{sys, cfg.server};
  app.get("/health",
          [](const lungo::http::request&) { return lungo::http::text("ok"); });
  if (auto started = app.start(); !started) {
    fmt::print(stderr, "{}\n", started.error().message);
    return EXIT_FAILURE;
  }
  fmt::print("listening on {}\n", app.url());
  std::fflush(stdout);
  app.wait();
}
// [embedded]
