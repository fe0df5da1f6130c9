#pragma once

#include "fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lungo::test {

/// What an actor in the place of a broker has been told, in order.
struct broker_record {
  std::vector<msg::reply> replies;
  std::vector<msg::want_body> wanted_bodies;
  std::vector<msg::commit> commits;
  std::vector<msg::write> writes;
  std::vector<msg::taken> taken;
  std::vector<msg::expire> expiries;
  std::vector<msg::finish> finishes;
  std::vector<msg::roster> rosters;
  std::size_t drains = 0;
  std::size_t forces = 0;

  /// All that was written, as one text.
  std::string written() const;

  /// What has been written up to now and not been given back as credit yet.
  std::size_t cost() const;
};

/// What an actor in the place of a supervisor has been told.
struct supervisor_record {
  std::vector<msg::admit> admits;
  std::vector<caf::actor_id> ready; ///< Who said so.
  std::vector<error> refusals;
  bool reads_body = false; ///< And the last of them that besides.
  std::size_t idles = 0;
};

/// What an actor in the place of a pipeline has been told.
struct pipeline_record {
  std::vector<msg::serve> serves;
  std::vector<msg::body> bodies;
  std::vector<msg::overdue> overdues;
};

/// What an actor in the place of a connection has been told. Of the stream it
/// keeps no handle, since the broker must be free to go.
struct connection_record {
  std::vector<session_id> committed;
  std::vector<std::size_t> drained;
  std::vector<msg::received> received;
  std::vector<msg::body> bodies;
  websocket::close_status status; ///< That came with the end.
  std::vector<msg::feed> feeds;
  std::vector<close_reason> ended;
  std::vector<msg::shut> shut;
};

/// Actors that only remember.
broker_actor spawn_recorder(fixture& f, std::shared_ptr<broker_record> into);
supervisor_actor spawn_recorder(fixture& f,
                                std::shared_ptr<supervisor_record> into);
pipeline_actor spawn_recorder(fixture& f,
                              std::shared_ptr<pipeline_record> into);
connection_actor spawn_recorder(fixture& f,
                                std::shared_ptr<connection_record> into);

} // namespace lungo::test
