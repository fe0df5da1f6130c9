#pragma once

#include "lungo/pipeline.hpp"
#include "lungo/sse_connection.hpp"

#include "recorders.hpp"

#include <doctest/doctest.h>

namespace lungo::test {

/// A pipeline between the places of a broker and of a supervisor, with
/// middleware that are real actors.
class pipeline_fixture : public fixture {
public:
  ~pipeline_fixture() override { end_actors(); }

  /// Adds a route with its chain.
  void route(http::method m, const char* pattern, handler h,
             std::vector<middleware> chain = {}) {
    auto number = routes->add(m, pattern, std::move(h));
    REQUIRE(number.has_value());
    for (auto& one : chain)
      routes->wrap(*number, routes->add(std::move(one)));
  }

  /// Gives `asked` to the pipeline, which is started for the first, and lets it
  /// be answered as far as possible.
  exchange_ref ask(std::shared_ptr<http::request> asked,
                   bool has_body = false) {
    start();
    exchange_ref at{broker, 3, ++exchanges_};
    caf::anon_send(pipeline,
                   msg::serve{at, std::move(asked), has_body, roster});
    run();
    return at;
  }

  /// The only answer so far.
  const http::response& answer() {
    REQUIRE(seen->replies.size() == 1);
    return seen->replies.front().response;
  }

  /// A middleware that approves, and notes in `trace` that it was asked.
  middleware tracing(const std::string& name) {
    return make_middleware(
      name, {[this, name](const http::request&) -> http::verdict {
               trace.push_back(name + ".enter");
               return http::approve{};
             },
             [this, name](const http::exchange&) -> http::verdict {
               trace.push_back(name + ".review");
               return http::approve{};
             }});
  }

  /// A handler that answers so, and notes that it was called.
  handler_function answering(std::string text) {
    return [this, text](const http::request&) -> http::answer {
      trace.push_back("handler");
      return http::text(text);
    };
  }

  std::shared_ptr<route_table> routes = std::make_shared<route_table>();
  std::shared_ptr<std::vector<middleware_actor>> roster
    = std::make_shared<std::vector<middleware_actor>>();
  std::vector<std::string> trace;
  std::shared_ptr<broker_record> seen = std::make_shared<broker_record>();
  std::shared_ptr<supervisor_record> told
    = std::make_shared<supervisor_record>();
  broker_actor broker = spawn_recorder(*this, seen);
  supervisor_actor supervisor = spawn_recorder(*this, told);
  pipeline_actor pipeline;

private:
  void start() {
    if (pipeline)
      return;
    for (auto& one : routes->middlewares())
      roster->push_back(track(one.spawn(system())));
    pipeline = system().spawn<lungo::pipeline>(routes, supervisor,
                                               config.limits.verdict_timeout);
    track(pipeline);
  }

  std::uint32_t exchanges_ = 0;
};

/// A middleware that takes part in `enter` alone.
inline middleware
entering(std::function<http::verdict(const http::request&)> f) {
  return make_middleware("entering", {std::move(f), nullptr});
}

/// A middleware that takes part in `review` alone.
inline middleware
reviewing(std::function<http::verdict(const http::exchange&)> f) {
  return make_middleware("reviewing", {nullptr, std::move(f)});
}

} // namespace lungo::test
