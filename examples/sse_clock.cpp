// Event streams in all situations: plain, with ids to resume by, as fast as the
// client takes them, and behind middleware that adds to them or refuses them.
// The page at `/` shows what a browser makes of each.

#include "page.hpp"
#include "sse_clock_page.hpp"

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <chrono>
#include <cstdlib>

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace sse = lungo::sse;

using connection = sse::connection<>;

std::uint64_t number(const std::string& text) {
  return std::strtoull(text.c_str(), nullptr, 10);
}

/// Who comes back goes on behind what it saw last; who is new begins at 0.
std::uint64_t first_count(const connection& self) {
  auto seen = self.last_event_id();
  return seen.empty() ? 0 : number(seen) + 1;
}

sse::event count_event(std::uint64_t n) {
  return sse::event{fmt::format(R"({{"count": {}}})", n)};
}

sse::behavior plain(connection* self) {
  self->every(100ms, [=, n = std::uint64_t{0}]() mutable {
    self->push(count_event(n++));
  });
  return {};
}

sse::behavior named(connection* self) {
  self->push(sse::event{}.retry(1s));
  self->every(100ms, [=, n = first_count(*self)]() mutable {
    self->push(count_event(n).name("tick").id(n));
    ++n;
  });
  return {};
}

/// Pushes while the client keeps up, and goes on when it has caught up.
sse::behavior fast(connection* self) {
  auto limit = number(self->request().query_param("limit").value_or("0"));
  self->on_drained([=, n = first_count(*self)]() mutable {
    for (; self->writable() && (limit == 0 || n < limit); ++n)
      self->push(count_event(n).id(n));
    if (limit != 0 && n >= limit)
      self->close();
  });
  return {};
}

/// Answers before the handler is called.
http::verdict reject(const http::request&) {
  return http::replace{http::text("Forbidden", http::status::unauthorized)
                         .with("WWW-Authenticate", R"(Bearer realm="clock")")};
}

/// Answers once the handler has asked for its stream: no actor has started yet.
http::verdict overrule(const http::exchange&) {
  return http::replace{http::text("Forbidden", http::status::forbidden)};
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto cors = app.use(lungo::cors{.origins = {"*"}});
    auto security = app.use(lungo::security_headers{});
    auto gate = lungo::make_middleware("gate", {.enter = reject});
    auto judge = lungo::make_middleware("judge", {.review = overrule});

    add_page(app, sse_clock_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/events", sse::upgrade(plain));
    app.get("/events/named", sse::upgrade(named));
    app.get("/events/fast", sse::upgrade(fast));
    app.get("/events/cors", sse::upgrade(plain)).with(cors);
    app.get("/events/stacked", sse::upgrade(plain)).with(cors, security);
    app.get("/events/rejected", sse::upgrade(plain)).with(gate);
    app.get("/events/overridden", sse::upgrade(plain)).with(judge);
  });
}
