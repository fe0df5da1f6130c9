// Event streams: a clock for every client, plain, named, and behind middleware.

#include <chrono>

#include <fmt/format.h>
#include <lungo/run.hpp>

using namespace std::chrono_literals;

using tick_atom = caf::atom_constant<caf::atom("tick")>;

struct clock_state {
  std::uint64_t count = 0;
};

using clock_connection = lungo::sse::connection<clock_state>;

lungo::sse::behavior ticking(clock_connection* self) {
  self->send(self, tick_atom::value);
  return {
    [=](tick_atom) {
      self->push(lungo::sse::event{
        fmt::format(R"({{"count": {}}})", self->state.count++)});
      self->delayed_send(self, 100ms, tick_atom::value);
    },
  };
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    app.get("/health", [](const lungo::http::request&) {
      return lungo::http::text("ok");
    });
    app.get("/events", lungo::sse::upgrade(ticking));
  });
}
