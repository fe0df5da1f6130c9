#pragma once

#include "lungo/caf.hpp"

#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

namespace lungo {

/// CAF's clock, whose thread is not woken for the end of an actor that has
/// set no timeout: as most have not. Delayed messages are no timeouts.
class pool_clock final : public caf::detail::thread_safe_actor_clock {
public:
  using super = caf::detail::thread_safe_actor_clock;

  void set_ordinary_timeout(time_point at, caf::abstract_actor* self,
                            caf::atom_value type, std::uint64_t id) override;
  void set_request_timeout(time_point at, caf::abstract_actor* self,
                           caf::message_id id) override;
  void set_multi_timeout(time_point at, caf::abstract_actor* self,
                         caf::atom_value type, std::uint64_t id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self,
                               caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self,
                              caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;

private:
  void has_some(caf::abstract_actor* self);
  bool may_have_some(caf::abstract_actor* self);

  std::mutex mutex_;
  std::unordered_set<caf::abstract_actor*> with_timeouts_; ///< Until they end.
};

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
  ~worker_pool() override;

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

  void run(unit& mine);
  caf::resumable* take();
  void put_off_wake();
  void clean_up();

  pool_clock clock_;
  std::thread clock_thread_;
  std::vector<std::unique_ptr<unit>> units_; ///< Actors keep theirs in mind.
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable some_job_;
  std::deque<caf::resumable*> jobs_; ///< A null for each worker at the end.
  std::size_t sleeping_ = 0;
};

} // namespace lungo
