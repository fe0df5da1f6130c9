#pragma once

#include "lungo/sse_connection.hpp"
#include "lungo/stream_connection.hpp"
#include "lungo/supervisor.hpp"
#include "lungo/websocket_connection.hpp"

#include "recorders.hpp"

#include <doctest/doctest.h>

namespace lungo::test {

/// A supervisor with two places of brokers, and with connections that are real.
class supervisor_fixture : public fixture {
public:
  ~supervisor_fixture() override { end_actors(); }

  /// Starts the supervisor, with those middleware.
  void start(std::vector<middleware> middlewares = {}) {
    supervisor_parts parts;
    parts.config = &config;
    parts.middlewares = std::move(middlewares);
    parts.brokers = 2;
    if (topics_of_server) {
      parts.topics = topics_of_server->actor();
      parts.spawn_topics = [this] { return topics_of_server->restart(); };
    }
    parts.spawn_broker
      = [this](std::size_t index, supervisor_actor, middleware_roster roster) {
          ++spawned.at(index);
          rosters.push_back(std::move(roster));
          return brokers.at(index) = spawn_recorder(*this, seen.at(index));
        };
    supervisor = track(
      supervisor_actor{system().spawn<lungo::supervisor>(std::move(parts))});
    run();
  }

  /// What a pipeline says whose chain has approved an upgrade for `asked`.
  template <class Upgrade>
  void admit(const Upgrade& wish,
             std::shared_ptr<http::request> asked = get("/")) {
    admit(at(++exchanges_), wish, std::move(asked));
  }

  /// The same, for an exchange of the test's choice.
  template <class Upgrade>
  void admit(const exchange_ref& where, const Upgrade& wish,
             std::shared_ptr<http::request> asked = get("/")) {
    auto made
      = std::make_shared<http::exchange>(http::prepare(asked, wish(*asked)));
    made->response.fields.add("X-Chain", "approved");
    caf::anon_send(supervisor, msg::admit{where, std::move(made)});
    run();
  }

  exchange_ref at(std::uint32_t exchange) {
    return {brokers[0], session_id{40} + exchange, exchange};
  }

  void tell(const connection_actor& who, caf::message what) {
    caf::anon_send(caf::actor_cast<caf::actor>(who), std::move(what));
    run();
  }

  /// Says `what` to the supervisor.
  template <class T>
  void order(T what) {
    caf::anon_send(supervisor, std::move(what));
    run();
  }

  /// What the broker of that place says when its sessions are gone.
  void idle(std::size_t index) {
    auto to = caf::actor_cast<caf::strong_actor_ptr>(supervisor);
    to->enqueue(caf::actor_cast<caf::strong_actor_ptr>(brokers.at(index)),
                caf::make_message_id(), caf::make_message(msg::idle{}),
                nullptr);
    run();
  }

  /// What the supervisor counts at this moment.
  msg::counts counts();

  /// The broker that the admissions come from, as far as it was told.
  broker_record& told() { return *seen[0]; }

  /// What the broker does: tells the connection that it is committed.
  void confirm(const connection_actor& who, session_id session = 41) {
    tell(who, caf::make_message(msg::committed{{brokers[0], session}, true}));
  }

  /// The only answer so far.
  const http::response& answer() {
    REQUIRE(told().replies.size() == 1);
    return told().replies.front().response;
  }

  /// The connection of the commit of that number.
  connection_actor connection(std::size_t number = 0) {
    REQUIRE(told().commits.size() > number);
    return told().commits[number].connection;
  }

  std::vector<std::shared_ptr<broker_record>> seen{
    std::make_shared<broker_record>(), std::make_shared<broker_record>()};
  std::vector<broker_actor> brokers{2};
  std::vector<std::size_t> spawned{0, 0}; ///< Brokers per place, ever.
  std::vector<middleware_roster> rosters; ///< Each broker began with.
  supervisor_actor supervisor;
  topics* topics_of_server = nullptr; ///< Set before `start`.

private:
  std::uint32_t exchanges_ = 0;
};

/// A stream that does nothing by itself.
inline sse::upgrade_handler idle_stream(sse::options how = {}) {
  return sse::upgrade([](sse::connection<>*) -> sse::behavior { return {}; },
                      std::move(how));
}

/// A request that opens a WebSocket.
inline std::shared_ptr<http::request> websocket_request() {
  auto asked = get("/");
  asked->fields.add("Upgrade", "websocket")
    .add("Connection", "Upgrade")
    .add("Sec-WebSocket-Version", "13")
    .add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  return asked;
}

inline upgrade_handler idle_websocket(websocket::options how = {}) {
  return websocket::upgrade(
    [](websocket::connection<>*) -> behavior { return {}; }, std::move(how));
}

inline upgrade_handler idle_body(lungo::stream::options how = {}) {
  return lungo::stream::upgrade(
    [](lungo::stream::connection<>*) -> behavior { return {}; }, how);
}

} // namespace lungo::test
