// What docs/guide/topics.md, resume.md and slow-clients.md show, as one
// program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <chrono>
#include <map>

namespace {

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace sse = lungo::sse;
namespace topic = lungo::topic;
namespace websocket = lungo::websocket;

// [ask]
lungo::handler_actor::behavior_type
take_orders(lungo::handler_actor::pointer self, lungo::topics all) {
  return {[=](const http::request_ptr& order) -> caf::result<http::answer> {
    if (auto sane = sse::check_data(order->body); !sane)
      return http::answer{http::error_response(sane.error())};
    auto promise = self->make_response_promise<http::answer>();
    auto number = std::string{order->param("number")};
    lungo::msg::publish wish{"orders", {sse::event{order->body}, number}};
    self->request(all.actor(), 5s, wish)
      .then(
        [=](const lungo::publish_result& done) mutable {
          promise.deliver(http::answer{
            done ? http::text(done->duplicate ? "again\n" : "taken\n")
                 : http::error_response(done.error())});
        },
        [=](const caf::error&) mutable {
          promise.deliver(http::answer{
            http::text("try again\n", http::status::service_unavailable)});
        });
    return promise;
  }};
}
// [ask]

// [several]
sse::upgrade_handler desk(const lungo::topics& all) {
  return sse::upgrade([all](sse::connection<>* self) -> sse::behavior {
    self->subscribe(all, {"prices", "orders"},
                    {.from = topic::beginning::oldest});
    return {};
  });
}
// [several]

// [filter]
sse::upgrade_handler of_one_kind(const lungo::topics& all) {
  return sse::upgrade([all](sse::connection<>* self) -> sse::behavior {
    auto kind = self->request().query_param("kind").value_or("");
    lungo::subscribe_options how;
    how.events = {"price", "halt"};
    how.accepts = [=](const sse::event& what) { return what.key() == kind; };
    self->subscribe(all, {"prices"}, how);
    return {};
  });
}
// [filter]

// [per topic]
sse::upgrade_handler all_news_but_few_prices(const lungo::topics& all) {
  return sse::subscribe(all, {"news", "prices"},
                        {.per_topic = {{"prices", {.names = {"halt"}}}}});
}
// [per topic]

// [presence]
lungo::presence_actor::behavior_type
tell_who_is_there(lungo::presence_actor::pointer, lungo::topics all) {
  auto tell = [=](const char* what, const std::string& who) {
    all.publish("people", sse::event{who}.name(what));
  };
  return {
    [=](const topic::joined& who) { tell("joined", who.as); },
    [=](const topic::left& who) { tell("left", who.as); },
  };
}

sse::upgrade_handler enter(const lungo::topics& all) {
  return sse::upgrade([all](sse::connection<>* self) -> sse::behavior {
    auto name = self->request().query_param("as").value_or("somebody");
    self->subscribe(all, {"room"}, {.as = name});
    return {};
  });
}
// [presence]

// [statistics]
lungo::handler_actor::behavior_type
count_events(lungo::handler_actor::pointer self, lungo::topics all) {
  return {[=](const http::request_ptr&) -> caf::result<http::answer> {
    auto promise = self->make_response_promise<http::answer>();
    self->request(all.actor(), 5s, topic::ask_statistics{})
      .then([=](const topic::statistics& now) mutable {
        std::string text;
        for (auto& one : now.topics)
          text
            += fmt::format("{}: {} readers, {} published, lag {}\n", one.topic,
                           one.readers, one.counted.published, one.lag);
        promise.deliver(http::answer{http::text(text)});
      });
    return promise;
  }};
}
// [statistics]

// [talk]
websocket::upgrade_handler talk(const lungo::topics& all) {
  return websocket::upgrade(
    [all](websocket::connection<>* self) -> websocket::behavior {
      self->subscribe(all, {"room"});
      self->on_message([=](const websocket::message& said) {
        if (said.is_text())
          all.publish("room", sse::event{said.payload()},
                      {.except = self->id()});
      });
      return {};
    });
}
// [talk]

// [snapshot]
using table_atom = caf::atom_constant<caf::atom("table")>;

using table_actor = caf::typed_actor<
  // The prices as they are now, as JSON.
  caf::replies_to<table_atom>::with<std::string>>;

sse::upgrade_handler prices_with_snapshot(const lungo::topics& all,
                                          table_actor table) {
  return sse::upgrade([=](sse::connection<>* self) -> sse::behavior {
    lungo::subscribe_options how;
    how.bridge = [=](const topic::gap&) {
      self->request(table, 5s, table_atom::value)
        .await([=](const std::string& now) {
          self->push(sse::event{now}.name("snapshot"));
        });
    };
    self->subscribe(all, {"prices"}, how);
    return {};
  });
}
// [snapshot]

table_actor::behavior_type table() {
  return {[](table_atom) { return std::string{R"({"tea":3})"}; }};
}

// [coalesce]
void say_price(const lungo::topics& all, const std::string& kind, double now) {
  all.publish("prices", sse::event{fmt::format("{} {:.2f}", kind, now)} //
                          .name("price")
                          .key(kind));
}
// [coalesce]

http::response price(const lungo::topics& all, const http::request& request) {
  std::string kind{request.param("kind")};
  if (auto sane = sse::check_data(kind); !sane)
    return http::error_response(sane.error());
  say_price(all, kind, 3.0);
  return http::empty(http::status::accepted);
}

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [first]
  auto all = app.topics();
  app.get("/news", sse::subscribe(all, {"news"}));
  app.post("/news", [all](const http::request& request) {
    if (auto sane = sse::check_data(request.body); !sane)
      return http::error_response(sane.error());
    if (auto sent = all.publish("news", sse::event{request.body}); !sent)
      return http::error_response(sent.error());
    return http::empty(http::status::accepted);
  });
  // [first]
  // [declare]
  app.topics().declare("prices", {.events = 500, .age = 1h});
  app.topics().declare("people", {.events = 100, .event_bytes = 200});
  // [declare]
  app.post("/orders/:number", app.spawn(take_orders, all));
  app.get("/desk", desk(all));
  app.post("/prices/:kind",
           [all](const http::request& request) { return price(all, request); });
  app.get("/kinds", of_one_kind(all));
  app.get("/digest", all_news_but_few_prices(all));
  // [watch]
  all.watch("room", app.spawn(tell_who_is_there, all));
  app.get("/room", enter(all));
  app.get("/people", sse::subscribe(all, {"people"}));
  // [watch]
  app.get("/statistics", app.spawn(count_events, all));
  // [websocket]
  app.get("/talk", talk(all));
  app.get("/ws/prices", websocket::subscribe(all, {"prices"}));
  // [websocket]
  // [route]
  auto tokens = lungo::static_tokens({{"s3cret", {"the till"}}});
  app.publish_route("/topics/:topic", lungo::bearer_auth{.check = tokens});
  // [route]
  // [history]
  app.get("/news/all",
          sse::subscribe(all, {"news"}, {.from = topic::beginning::oldest}));
  // [history]
  // [refuse]
  app.get("/news/strict",
          sse::subscribe(all, {"news"}, {.on_gap = topic::gap_policy::refuse}));
  // [refuse]
  app.get("/prices", prices_with_snapshot(all, app.spawn(table)));
  // [slow]
  app.get(
    "/prices/latest",
    sse::subscribe(all, {"prices"}, {.slow = topic::lag_policy::coalesce}));
  // [slow]
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
