#pragma once

#include "lungo/pipeline.hpp"
#include "lungo/sse_connection.hpp"
#include "lungo/supervisor.hpp"

#include "broker_fixture.hpp"

namespace lungo::test {

/// All actors of a server, with real sockets, in one thread.
class whole_fixture : public socket_fixture {
public:
  ~whole_fixture() override { end_actors(); }

  void get(const char* pattern, handler_function h,
           std::vector<middleware> chain = {});

  /// Starts the server; routes and settings hold from here on.
  void start();

  /// Connects a client that asks for `path`.
  peer& ask(const std::string& path, bool narrow = false);

  template <class T>
  void order(T what) {
    caf::anon_send(supervisor, std::move(what));
    run();
  }

  /// How many connections live.
  std::uint64_t connections();

  supervisor_actor supervisor;

private:
  broker_actor spawn_broker(supervisor_actor parent, middleware_roster roster);

  std::shared_ptr<route_table> routes_ = std::make_shared<route_table>();
  broker* broker_ = nullptr;
};

} // namespace lungo::test
