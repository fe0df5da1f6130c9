#pragma once

#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lungo::test {

using namespace std::chrono_literals;

/// What a deterministic test runs in: one thread, virtual time, and nothing
/// happens until `run`, `step` or `advance` is called.
class fixture {
public:
  fixture();

  /// Ends what was tracked; an actor that is still alive then was forgotten by
  /// who owned it, and fails the run.
  virtual ~fixture();

  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  /// Handles messages, and whatever `poll` has, until none is left.
  void run();

  /// Handles one message of one actor; false if there is none.
  bool step();

  /// Lets `pause` pass, and handles what comes due.
  void advance(std::chrono::milliseconds pause);

  /// Ends `who` with the fixture.
  template <class Handle>
  Handle track(Handle who) {
    tracked_.push_back(caf::actor_cast<caf::strong_actor_ptr>(who));
    return who;
  }

  /// Gives up a handle that was tracked.
  template <class Handle>
  void release(Handle& who) {
    std::erase(tracked_, caf::actor_cast<caf::strong_actor_ptr>(who));
    who = nullptr;
  }

  caf::actor_system& system() noexcept { return *system_; }

  /// How many actors live.
  std::size_t alive() const;

  settings config;

protected:
  /// Handles what waits outside of the scheduler; false if nothing did.
  virtual bool poll() { return false; }

  /// To be called by the destructor of a fixture with members that its actors
  /// need.
  void end_actors();

private:
  caf::scheduler::test_coordinator& scheduler();

  caf::actor_system_config caf_config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<caf::strong_actor_ptr> tracked_;
};

/// Has this actor ended?
template <class Handle>
bool has_ended(const Handle& who) {
  auto* actor = caf::actor_cast<caf::abstract_actor*>(who);
  return actor->getf(caf::abstract_actor::is_terminated_flag);
}

/// A GET of `path`, which may have a query.
std::shared_ptr<http::request> get(std::string target);

std::shared_ptr<http::request> request(http::method m, std::string target);

} // namespace lungo::test
