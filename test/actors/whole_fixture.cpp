#include "whole_fixture.hpp"

#include <caf/scoped_actor.hpp>

namespace lungo::test {

void whole_fixture::get(const char* pattern, handler_function h,
                        std::vector<middleware> chain) {
  auto number = routes_->add(http::method::get, pattern, std::move(h));
  REQUIRE(number.has_value());
  for (auto& one : chain)
    routes_->wrap(*number, routes_->add(std::move(one)));
}

void whole_fixture::start() {
  supervisor_parts parts;
  parts.config = &config;
  parts.middlewares = routes_->middlewares();
  parts.brokers = 1;
  parts.spawn_broker
    = [this](std::size_t, supervisor_actor parent, middleware_roster roster) {
        return spawn_broker(std::move(parent), std::move(roster));
      };
  supervisor = system().spawn<lungo::supervisor>(std::move(parts));
  track(supervisor);
  run();
}

broker_actor whole_fixture::spawn_broker(supervisor_actor parent,
                                         middleware_roster roster) {
  broker_parts parts;
  parts.thread = &thread;
  parts.config = &config;
  parts.connections_max = 100;
  parts.supervisor = parent;
  parts.roster = std::move(roster);
  parts.spawn_pipeline = [this, parent]() -> pipeline_actor {
    return system().spawn<pipeline>(routes_, parent,
                                    config.limits.verdict_timeout);
  };
  broker_actor made = system().spawn<broker>(std::move(parts));
  broker_ = dynamic_cast<broker*>(caf::actor_cast<caf::abstract_actor*>(made));
  return made;
}

peer& whole_fixture::ask(const std::string& path, bool narrow) {
  if (!supervisor)
    start();
  auto& made = connect(*broker_, narrow);
  made.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  run();
  return made;
}

std::uint64_t whole_fixture::connections() {
  std::uint64_t result = 0;
  caf::scoped_actor self{system()};
  auto answer = self->request(supervisor, caf::infinite, msg::count{});
  run();
  answer.receive([&](const msg::counts& what) { result = what.connections; },
                 [](const caf::error&) { FAIL("the supervisor is gone"); });
  return result;
}

} // namespace lungo::test
