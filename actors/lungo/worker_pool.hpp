#pragma once

#include "lungo/caf.hpp"

#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lungo {

/// The scheduler of a server, in place of CAF's: worker threads that share one
/// queue. A worker is woken only if one sleeps, and behind the lock; an I/O
/// thread may put its wake-ups off, so that what one look at many sockets
/// brings costs one.
///
/// `lungo::config` loads it. An actor system with a configuration of its own
/// has it by `load<lungo::worker_pool>()`; without it a server works as well,
/// with more time spent on wake-ups. How many threads, and how many messages an
/// actor handles in a turn, is said by CAF's settings `scheduler.max-threads`
/// and `scheduler.max-throughput`.
class worker_pool final : public caf::scheduler::abstract_coordinator {
public:
  using super = caf::scheduler::abstract_coordinator;
  using super::super;

  /// For `caf::actor_system_config::load`.
  static caf::actor_system::module* make(caf::actor_system& sys,
                                         caf::detail::type_list<>);

  /// Queues a job, from any thread. Takes over one reference to it.
  void enqueue(caf::resumable* job) override;

  caf::actor_clock& clock() noexcept override { return clock_; }

  /// From now on, the calling thread wakes no worker for the first few dozen
  /// jobs that it queues here, but calls `later` with the first of them, which
  /// is to see that it calls `wake` soon. For the rest of the thread's life,
  /// which is to be the shorter one; it must never wait for an actor.
  void put_off_wakes(std::function<void()> later);

  /// Wakes as many workers as there are jobs for.
  void wake();

protected:
  void start() override;
  void stop() override;

private:
  class unit;

  void run();
  caf::resumable* take();
  void put_off_wake();

  caf::detail::thread_safe_actor_clock clock_;
  std::thread clock_thread_;
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable some_job_;
  std::deque<caf::resumable*> jobs_;
  std::size_t sleeping_ = 0;
  bool stopping_ = false;
};

} // namespace lungo
