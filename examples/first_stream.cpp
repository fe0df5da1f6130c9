// A complete server of event streams: every client gets a counter of its own.

#include <lungo/run.hpp>

lungo::sse::behavior counter(lungo::sse::connection<>* self) {
  self->push(lungo::sse::event{"hello"}.name("greeting"));
  self->every(std::chrono::seconds{1}, [=, count = 0]() mutable {
    self->push(lungo::sse::event{std::to_string(count++)}.name("tick"));
  });
  return {};
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    app.get("/health", [](auto&) { return lungo::http::text("ok"); });
    app.get("/events", lungo::sse::upgrade(counter));
  });
}
