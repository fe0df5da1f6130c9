#pragma once

#include <lungo/server.hpp>

#include <functional>
#include <string>

namespace lungo::test {

/// What happened in the server, for the tests to ask: how often each thing was
/// noted, beside what the supervisor counts. Copies are handles to one actor.
class tally {
public:
  explicit tally(server& app);

  /// Counts one more of `what`. Callable from any thread.
  void note(std::string what) const;

  /// To be given to `on_close`: counts the reason under its name.
  std::function<void(close_reason)> closing() const;

  /// Answers with `{"connections": 2, "spawned": 7, "admissions": 0,
  /// "noted": {"peer_left": 5}}`.
  handler_actor handler() const;

private:
  caf::actor counter_;
};

} // namespace lungo::test
