#include "lungo/config.hpp"
#include "lungo/server.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>

using namespace lungo;
using namespace std::chrono_literals;

namespace {

/// As a program has it that was started without arguments.
struct usual_config : lungo::config {
  usual_config() {
    server.port = 0;
    server.address = "127.0.0.1";
    server.io_threads = 1;
    server.handle_signals = false;
    char name[] = "server_test";
    char* words[] = {name, nullptr};
    REQUIRE(load(1, words).go_on);
  }
};

/// Its own system ends without waiting for actors, as that of `lungo::run`.
struct real_server {
  real_server() { system.await_actors_before_shutdown(false); }

  usual_config config;
  caf::actor_system system{config};
};

/// Takes many turns to end, and notes that it has.
caf::behavior slow_to_end(caf::event_based_actor* self,
                          std::atomic<bool>* ended) {
  self->set_exit_handler([=](caf::exit_msg&) { self->send(self, 1'000); });
  return {[=](int left) {
    if (left > 0)
      return self->send(self, left - 1);
    *ended = true;
    self->quit();
  }};
}

} // namespace

TEST_CASE("a server that leaves waits for those who are attached to it") {
  std::atomic<bool> ended = false;
  real_server with;
  server app{with.system, with.config.server};
  app.spawn(slow_to_end, &ended);
  REQUIRE(app.start().has_value());
  app.drain();
  CHECK(app.wait().has_value());
  CHECK(ended);
}

TEST_CASE("a server that never started does so too") {
  std::atomic<bool> ended = false;
  real_server with;
  { server{with.system, with.config.server}.spawn(slow_to_end, &ended); }
  CHECK(ended);
}

TEST_CASE("a server does not wait for ever for one who does not end") {
  real_server with;
  with.config.server.drain_timeout = 0ms;
  server app{with.system, with.config.server};
  auto stubborn = app.spawn([](caf::event_based_actor* self) {
    self->set_exit_handler([](caf::exit_msg&) {});
    return caf::behavior{[self](int) { self->quit(); }};
  });
  REQUIRE(app.start().has_value());
  app.drain();
  CHECK(app.wait().has_value());
  caf::anon_send(stubborn, 1);
}
