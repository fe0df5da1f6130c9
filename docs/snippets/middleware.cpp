// What docs/guide/middleware.md shows, as one program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <map>

namespace {

namespace http = lungo::http;

// [enter]
lungo::middleware weekdays_only(std::function<bool()> is_weekend) {
  auto enter = [=](const http::request&) -> http::verdict {
    if (is_weekend())
      return http::replace{
        http::text("closed\n", http::status::service_unavailable)};
    return http::approve{};
  };
  return lungo::make_middleware("weekdays_only", {.enter = enter});
}
// [enter]

// [review]
lungo::middleware exchange_id() {
  auto review = [](const http::exchange& exchange) -> http::verdict {
    auto id = fmt::format("{}", exchange.request->id);
    return http::amend{}.set("X-Exchange-Id", id);
  };
  return lungo::make_middleware("exchange_id", {.review = review});
}
// [review]

// [veto]
lungo::middleware members_only() {
  auto review = [](const http::exchange& exchange) -> http::verdict {
    auto who = exchange.request->attribute("subject");
    if (!exchange.upgrades() || who.starts_with("member:"))
      return http::approve{};
    return http::replace{
      http::text("streams are for members\n", http::status::forbidden)};
  };
  return lungo::make_middleware("members_only", {.review = review});
}
// [veto]

// [attribute]
lungo::middleware language() {
  auto enter = [](const http::request& request) -> http::verdict {
    auto wanted = request.fields.get("Accept-Language").value_or("en");
    return http::amend{}.attribute("language",
                                   std::string{wanted.substr(0, 2)});
  };
  return lungo::make_middleware("language", {.enter = enter});
}
// [attribute]

// [state]
lungo::middleware count_by_path() {
  auto enter = [seen = std::map<std::string, int>{}](
                 const http::request& request) mutable -> http::verdict {
    auto count = ++seen[request.path];
    return http::amend{}.attribute("visit", fmt::format("{}", count));
  };
  return lungo::make_middleware("count_by_path", {.enter = enter});
}
// [state]

using directory_actor
  = caf::typed_actor<caf::replies_to<std::string>::with<bool>>;

directory_actor::behavior_type directory() {
  return {[](const std::string& subject) { return subject != "nobody"; }};
}

// [actor]
lungo::middleware_actor::behavior_type
known_subjects(lungo::middleware_actor::pointer self, directory_actor known) {
  return {
    [=](const lungo::msg::enter& what) -> caf::result<http::verdict> {
      auto answer = self->make_response_promise<http::verdict>();
      std::string subject{what.request->attribute("subject")};
      self->request(known, caf::infinite, subject).then([=](bool yes) mutable {
        if (yes)
          answer.deliver(http::verdict{http::approve{}});
        else
          answer.deliver(
            http::verdict{http::replace{http::empty(http::status::forbidden)}});
      });
      return answer;
    },
    [](const lungo::msg::review&) -> http::verdict { return http::approve{}; },
  };
}

lungo::middleware known_only(directory_actor known) {
  return {
    "known_only",
    {.enter = true, .review = false},
    [=](caf::actor_system& sys) { return sys.spawn(known_subjects, known); }};
}
// [actor]

lungo::sse::behavior news(lungo::sse::connection<>* self) {
  self->push(lungo::sse::event{"open"});
  return {};
}

http::answer visits(const http::request& request) {
  return http::text(fmt::format("{}, visit {}\n", request.attribute("language"),
                                request.attribute("visit")));
}

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [tokens]
  auto tokens = lungo::static_tokens({
    {"s3cret-of-anna", {.subject = "member:anna", .scopes = {"read"}}},
    {"s3cret-of-otto", {.subject = "guest:otto"}},
  });
  // [tokens]
  // [with]
  app.get("/news", lungo::sse::upgrade(news))
    .with(lungo::cors{.origins = {"https://cafe.example"}},
          lungo::security_headers{}, lungo::bearer_auth{.check = tokens},
          members_only());
  // [with]
  // [use]
  auto count = app.use(count_by_path());
  app.get("/a", visits).with(language(), count);
  app.get("/b", visits).with(language(), count);
  // [use]
  // [everywhere]
  app.everywhere(lungo::access_log{}, exchange_id());
  // [everywhere]
  app.get("/closed", visits).with(weekdays_only([] { return true; }));
  auto known = app.spawn(directory);
  app.get("/known", visits).with(known_only(known));
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
