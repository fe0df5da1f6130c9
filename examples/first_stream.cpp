// A complete server of event streams: every client gets a counter of its own.

#include <lungo/run.hpp>

using tick = caf::atom_constant<caf::atom("tick")>;

lungo::sse::behavior counter(lungo::sse::connection<>* self) {
  self->send(self, tick::value);
  return {
    [=, count = 0](tick) mutable {
      self->push(lungo::sse::event{std::to_string(count++)}.name("tick"));
      self->delayed_send(self, std::chrono::seconds{1}, tick::value);
    },
  };
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    app.get("/health", [](auto&) { return lungo::http::text("ok"); });
    app.get("/events", lungo::sse::upgrade(counter));
  });
}
