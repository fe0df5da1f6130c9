#pragma once

#include "lungo/sse_connection.hpp"

#include "recorders.hpp"

#include <doctest/doctest.h>

namespace lungo::test {

/// A stream in the place of one that a supervisor would have started.
class stream_fixture : public fixture {
public:
  ~stream_fixture() override { end_actors(); }

  /// Starts a connection whose `on_open` is that, and lets it run.
  template <class F>
  connection_actor open(F on_open, sse::options how = {}) {
    return open_upgrade(sse::upgrade(std::move(on_open), std::move(how)));
  }

  /// The same for an upgrade of any kind.
  connection_actor open_upgrade(const upgrade_handler& wish) {
    auto exchange = std::make_shared<http::exchange>(
      http::prepare(request, wish(*request)));
    exchange->of_request = of_request;
    exchange->of_response = of_response;
    auto& plan = static_cast<const spawn_plan&>(*exchange->upgrade->plan);
    auto made
      = plan.spawn(system(), {exchange, supervisor, plan.outbox(config)});
    track(made);
    run();
    return made;
  }

  /// Also commits it.
  template <class F>
  connection_actor commit(F on_open, sse::options how = {}) {
    auto made = open(std::move(on_open), std::move(how));
    confirm(made);
    return made;
  }

  /// Tells the connection that it is committed.
  void confirm(const connection_actor& who, bool coded = false) {
    caf::anon_send(who, msg::committed{{broker, 7}, coded});
    run();
  }

  /// Says `what` to the connection, and lets it answer.
  template <class... Ts>
  void tell(const connection_actor& who, Ts... what) {
    tell_later(who, std::move(what)...);
    run();
  }

  template <class... Ts>
  void tell_later(const connection_actor& who, Ts... what) {
    caf::anon_send(caf::actor_cast<caf::actor>(who), std::move(what)...);
  }

  /// Gives back all credit that has been spent since the last time.
  void drain_all(const connection_actor& who) {
    auto spent = seen->cost() - acknowledged_;
    acknowledged_ += spent;
    tell(who, msg::drained{spent});
  }

  std::shared_ptr<http::request> request = get("/events");
  http::body_transforms of_request;
  http::body_transforms of_response;
  std::shared_ptr<broker_record> seen = std::make_shared<broker_record>();
  std::shared_ptr<supervisor_record> told
    = std::make_shared<supervisor_record>();
  broker_actor broker = spawn_recorder(*this, seen);
  supervisor_actor supervisor = spawn_recorder(*this, told);

private:
  std::size_t acknowledged_ = 0;
};

using plain = sse::connection<>;

/// Greets nobody and understands what every stream understands.
inline sse::behavior quiet(plain*) {
  return {};
}

/// How an `event` of that text stands in a stream.
inline std::string block(std::string_view data) {
  return "data: " + std::string{data} + "\n\n";
}

} // namespace lungo::test
