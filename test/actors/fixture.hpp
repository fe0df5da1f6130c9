#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

namespace lungo::test {

using namespace std::chrono_literals;

/// What a deterministic test runs in: one thread, virtual time, and nothing
/// happens until `run` or `advance` is called.
class fixture {
public:
  fixture();
  ~fixture();

  /// Handles messages until none is left.
  void run();

  /// Lets `pause` pass, and handles what comes due.
  void advance(std::chrono::milliseconds pause);

  /// Ends `who` before the actor system waits for it.
  template <class Handle>
  Handle track(Handle who) {
    tracked_.push_back(caf::actor_cast<caf::strong_actor_ptr>(who));
    return who;
  }

  caf::actor_system& system() noexcept { return *system_; }
  caf::actor_clock::time_point now();

  settings config;

private:
  caf::scheduler::test_coordinator& scheduler();

  caf::actor_system_config caf_config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<caf::strong_actor_ptr> tracked_;
};

/// What an actor in the place of a broker has been told, in order.
struct broker_record {
  std::vector<msg::reply> replies;
  std::vector<msg::want_body> wanted_bodies;
  std::vector<msg::commit> commits;
  std::vector<msg::write> writes;
  std::vector<msg::finish> finishes;
  std::vector<msg::roster> rosters;
  std::size_t drains = 0;
  std::size_t forces = 0;

  /// All that was written, as one text.
  std::string written() const;
};

/// An actor in the place of a broker that only remembers.
broker_actor spawn_recorder(fixture& f, std::shared_ptr<broker_record> into);

/// A GET of `path`.
std::shared_ptr<http::request> get(std::string path);

} // namespace lungo::test
