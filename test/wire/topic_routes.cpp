#include "routes.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <lungo/server.hpp>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace lungo::test {

namespace {

namespace json = boost::json;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::stringstream in{text};
  for (std::string each; std::getline(in, each, ',');)
    out.push_back(each);
  return out;
}

/// What the query says: `?events=a,b&slow=skip&from=oldest&on_gap=refuse`, and
/// `bridge=TEXT` for a snapshot of that text.
subscribe_options options_of(const http::request& request) {
  auto said
    = [&](const char* name) { return request.query_param(name).value_or(""); };
  subscribe_options how;
  how.events = split(said("events"));
  how.as = said("as");
  if (said("slow") == "skip")
    how.slow = topic::lag_policy::skip;
  if (said("slow") == "coalesce")
    how.slow = topic::lag_policy::coalesce;
  if (said("from") == "oldest")
    how.from = topic::beginning::oldest;
  if (said("on_gap") == "refuse")
    how.on_gap = topic::gap_policy::refuse;
  return how;
}

auto reader(const topics& from, const tally& reasons) {
  return [=](sse::connection<>* self) {
    auto how = options_of(self->request());
    if (auto text = self->request().query_param("bridge"))
      how.bridge = [self, text](const topic::gap&) {
        self->push(sse::event{*text}.name("snapshot"));
      };
    self->on_close([reasons](close_reason why) {
      reasons.note(std::string{to_string(why)});
    });
    self->subscribe(from, split(std::string{self->request().param("topics")}),
                    how);
    return sse::behavior{};
  };
}

/// Publishes what it hears to a topic of its own, but not to itself.
auto talker(const topics& all) {
  return [=](websocket::connection<>* self) {
    std::string topic{self->request().param("topics")};
    self->subscribe(all, {topic}, options_of(self->request()));
    self->on_message([=](const websocket::message& said) {
      all.publish(topic, sse::event{said.payload()}, {.except = self->id()});
    });
    return websocket::behavior{};
  };
}

/// Publishes as many events as it is asked for, numbered, of that size; with
/// `keys` they have that many keys in turn.
http::answer flood(const topics& to, const http::request& request) {
  auto number = [&](const char* name, std::size_t otherwise) {
    auto text = request.query_param(name);
    return text ? std::stoul(*text) : otherwise;
  };
  auto count = number("count", 1);
  auto padding = std::string(number("size", 0), 'x');
  auto keys = number("keys", 0);
  for (std::size_t i = number("first", 0); count > 0; --count, ++i) {
    sse::event made{fmt::format("{} {}", i, padding)};
    if (keys > 0)
      made.key(std::to_string(i % keys));
    auto sent
      = to.publish(std::string{request.param("topic")}, std::move(made));
    if (!sent)
      return http::error_response(sent.error());
  }
  return http::text("ok");
}

json::object members(const topic::topic_statistics& one) {
  auto& counted = one.counted;
  return {{"readers", one.readers},
          {"events", one.events},
          {"bytes", one.bytes},
          {"lag", one.lag},
          {"published", counted.published},
          {"duplicates", counted.duplicates},
          {"delivered", counted.delivered},
          {"gaps", counted.gaps},
          {"missed", counted.missed},
          {"coalesced", counted.coalesced},
          {"too_slow", counted.too_slow}};
}

handler_actor::behavior_type reporter(handler_actor::pointer self,
                                      const topics& all) {
  return {
    [=](const http::request_ptr&) -> caf::result<http::answer> {
      auto promise = self->make_response_promise<http::answer>();
      self->request(all.actor(), caf::infinite, topic::ask_statistics{})
        .then([promise](const topic::statistics& what) mutable {
          json::object out;
          for (auto& each : what.topics)
            out[each.topic] = members(each);
          promise.deliver(http::answer{http::json(json::serialize(out))});
        });
      return promise;
    },
  };
}

using watcher = sse::connection<no_state, caf::reacts_to<topic::joined>,
                                caf::reacts_to<topic::left>>;

/// Who reads a topic, as events.
auto watching(const topics& all) {
  return [=](watcher* self) -> watcher::behavior_type {
    all.watch(std::string{self->request().param("topic")},
              caf::actor_cast<presence_actor>(self->handle()));
    return {
      [=](const topic::joined& who) {
        self->push(
          sse::event{fmt::format("{} {}", who.as, who.readers)}.name("joined"));
      },
      [=](const topic::left& who) {
        self->push(
          sse::event{fmt::format("{} {}", who.as, who.readers)}.name("left"));
      },
    };
  };
}

} // namespace

void add_topic_routes(server& app, const tally& reasons) {
  auto& all = app.topics();
  all.declare("small", {.events = 10});
  app.get("/topics/:topics", sse::upgrade(reader(all, reasons)));
  app.get("/guarded/topics/:topics", sse::upgrade(reader(all, reasons)))
    .with(bearer_auth{.check = static_tokens({{"secret", {"reader"}}})});
  app.get("/ws/topics/:topics", websocket::upgrade(talker(all)));
  app.get("/ws/topics/:topics/read", [&all](const http::request& request) {
    return websocket::subscribe(all,
                                split(std::string{request.param("topics")}),
                                options_of(request))(request);
  });
  app.post("/flood/:topic", [&all](const http::request& request) {
    return flood(all, request);
  });
  app.get("/statistics", app.spawn(reporter, all));
  app.get("/presence/:topic", sse::upgrade(watching(all)));
  app.publish_route(
    "/publish/:topic",
    bearer_auth{.check = static_tokens({{"secret", {"publisher"}}})});
  app.post("/kill-topics", [&all](const http::request&) {
    caf::anon_send_exit(all.actor(), caf::exit_reason::kill);
    return http::text("killed");
  });
}

} // namespace lungo::test
