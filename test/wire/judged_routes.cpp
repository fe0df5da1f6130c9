#include "routes.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace lungo::test {

namespace {

using namespace std::chrono_literals;

sse::upgrade_handler quiet_stream(const tally& reasons) {
  return sse::upgrade([reasons](sse::connection<>* self) -> sse::behavior {
    self->on_close(reasons.closing());
    self->push(sse::event{"hello"});
    return {};
  });
}

http::answer hello(const http::request&) {
  return http::text("hello");
}

middleware entering(const char* name,
                    std::function<http::verdict(const http::request&)> f) {
  return make_middleware(name, {.enter = std::move(f), .review = nullptr});
}

middleware reviewing(const char* name,
                     std::function<http::verdict(const http::exchange&)> f) {
  return make_middleware(name, {.enter = nullptr, .review = std::move(f)});
}

middleware refusal() {
  return entering("refusal", [](const http::request&) {
    return http::replace{
      http::text("Unauthorized", http::status::unauthorized)};
  });
}

middleware override_by(http::status status) {
  return reviewing("override", [status](const http::exchange&) {
    return http::replace{{status, {}, {}}};
  });
}

/// Two cookies and two links: fields of one name stay several.
middleware cookies_and_links() {
  return reviewing("cookies_and_links", [](const http::exchange&) {
    return http::amend{}
      .add("Set-Cookie", "a=1; Path=/; HttpOnly")
      .add("Set-Cookie", "b=2; Path=/; HttpOnly")
      .add("Link", "</one>; rel=prev")
      .add("Link", "</two>; rel=next");
  });
}

middleware other_type() {
  return reviewing("other_type", [](const http::exchange&) {
    return http::amend{}.set("Content-Type", "text/plain");
  });
}

/// Throws over a request with `?throw`, in either phase.
middleware fragile() {
  auto check = [](const http::request& request, const char* phase) {
    if (request.query_param("throw") == phase)
      throw std::runtime_error("a secret of the middleware");
    return http::approve{};
  };
  return make_middleware(
    "fragile",
    {.enter = [=](const auto& request) { return check(request, "enter"); },
     .review
     = [=](
         const auto& exchange) { return check(*exchange.request, "review"); }});
}

/// Does not let go of its thread for a while.
middleware blocking() {
  return entering("blocking", [](const http::request&) {
    std::this_thread::sleep_for(3s);
    return http::approve{};
  });
}

/// Takes each request, and dies over one with `?die`; never answers it.
caf::behavior never_answering(caf::event_based_actor* self) {
  return {
    [=](const msg::enter& what) {
      auto promise = self->make_response_promise();
      if (what.request->query_param("die"))
        self->quit(caf::exit_reason::kill);
      else if (!what.request->query_param("hang"))
        promise.deliver(http::verdict{http::approve{}});
      return promise;
    },
    [](const msg::review&) { return http::verdict{http::approve{}}; },
  };
}

middleware mute() {
  return {"mute", {.enter = true, .review = false}, [](caf::actor_system& sys) {
            return caf::actor_cast<middleware_actor>(
              sys.spawn(never_answering));
          }};
}

} // namespace

void add_judged_routes(server& app, const tally& reasons) {
  auto stream = quiet_stream(reasons);
  app.get("/rejected", stream).with(refusal());
  app.post("/rejected", hello).with(refusal());
  app.get("/overridden/204", stream)
    .with(override_by(http::status::no_content));
  app.get("/overridden/403", stream).with(override_by(http::status::forbidden));
  app.get("/overridden/500", stream)
    .with(override_by(http::status::internal_server_error));
  app.get("/cookies", stream).with(cookies_and_links());
  app.get("/typed", stream).with(other_type());
  app.get("/fragile", hello).with(fragile());
  app.get("/fragile/stream", stream).with(fragile());
  app.get("/blocking", hello).with(blocking());
  app.get("/mute", hello).with(mute());
}

} // namespace lungo::test
