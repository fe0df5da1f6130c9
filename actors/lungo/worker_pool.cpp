#include "lungo/worker_pool.hpp"

#include <caf/logger.hpp>

#include <algorithm>
#include <utility>

namespace lungo {

namespace {

/// A worker that sleeps longer misses work.
constexpr std::size_t most_put_off = 32;

/// A thread that does not wake the workers of `pool` at once.
struct put_off {
  worker_pool* pool = nullptr;
  std::function<void()> later;
  std::size_t jobs = 0; ///< Queued by it since the last wake-up.
};

thread_local put_off this_thread;

/// CAF looks the acting actor up for its log at every turn. Debian's is built
/// without that log.
void set_logger(caf::actor_system& sys) {
  if constexpr (CAF_LOG_LEVEL > CAF_LOG_LEVEL_QUIET)
    caf::logger::set_current_actor_system(&sys);
}

} // namespace

// -- time ---------------------------------------------------------------------

void pool_clock::set_ordinary_timeout(time_point at, caf::abstract_actor* self,
                                      caf::atom_value type, std::uint64_t id) {
  has_some(self);
  super::set_ordinary_timeout(at, self, type, id);
}

void pool_clock::set_request_timeout(time_point at, caf::abstract_actor* self,
                                     caf::message_id id) {
  has_some(self);
  super::set_request_timeout(at, self, id);
}

void pool_clock::set_multi_timeout(time_point at, caf::abstract_actor* self,
                                   caf::atom_value type, std::uint64_t id) {
  has_some(self);
  super::set_multi_timeout(at, self, type, id);
}

void pool_clock::cancel_ordinary_timeout(caf::abstract_actor* self,
                                         caf::atom_value type) {
  if (may_have_some(self))
    super::cancel_ordinary_timeout(self, type);
}

void pool_clock::cancel_request_timeout(caf::abstract_actor* self,
                                        caf::message_id id) {
  if (may_have_some(self))
    super::cancel_request_timeout(self, id);
}

/// Called for each actor that ends.
void pool_clock::cancel_timeouts(caf::abstract_actor* self) {
  std::unique_lock guard{mutex_};
  auto had_some = with_timeouts_.erase(self) > 0;
  guard.unlock();
  if (had_some)
    super::cancel_timeouts(self);
}

void pool_clock::has_some(caf::abstract_actor* self) {
  std::lock_guard guard{mutex_};
  with_timeouts_.insert(self);
}

bool pool_clock::may_have_some(caf::abstract_actor* self) {
  std::lock_guard guard{mutex_};
  return with_timeouts_.contains(self);
}

// -- the queue ----------------------------------------------------------------

/// What a worker runs actors with: those they wake are queued.
class worker_pool::unit final : public caf::execution_unit {
public:
  explicit unit(worker_pool& pool)
    : caf::execution_unit(&pool.system()),
      pool_(pool) {}

  void exec_later(caf::resumable* job) override { pool_.enqueue(job); }

private:
  worker_pool& pool_;
};

caf::actor_system::module* worker_pool::make(caf::actor_system& sys,
                                             caf::detail::type_list<>) {
  return new worker_pool(sys);
}

void worker_pool::enqueue(caf::resumable* job) {
  std::unique_lock guard{mutex_};
  jobs_.push_back(job);
  auto asleep = sleeping_ > 0;
  guard.unlock();
  if (this_thread.pool == this)
    put_off_wake();
  else if (asleep)
    some_job_.notify_one();
}

void worker_pool::put_off_wakes(std::function<void()> later) {
  this_thread = {this, std::move(later)};
}

void worker_pool::put_off_wake() {
  if (++this_thread.jobs == 1)
    this_thread.later();
  else if (this_thread.jobs > most_put_off)
    wake();
}

void worker_pool::wake() {
  std::unique_lock guard{mutex_};
  auto needed = std::min(jobs_.size(), sleeping_);
  guard.unlock();
  this_thread.jobs = 0;
  for (; needed > 0; --needed)
    some_job_.notify_one();
}

/// The next job; null when the worker is to end.
caf::resumable* worker_pool::take() {
  std::unique_lock guard{mutex_};
  while (jobs_.empty()) {
    ++sleeping_;
    some_job_.wait(guard);
    --sleeping_;
  }
  auto* job = jobs_.front();
  jobs_.pop_front();
  return job;
}

// -- threads ------------------------------------------------------------------

worker_pool::~worker_pool() = default;

void worker_pool::run(unit& mine) {
  set_logger(system());
  while (auto* job = take()) {
    if (job->resume(&mine, max_throughput()) == caf::resumable::resume_later)
      enqueue(job);
    else
      caf::intrusive_ptr_release(job);
  }
}

void worker_pool::start() {
  auto as_thread_of_caf = [this](auto f) {
    return std::thread{[this, f] {
      system().thread_started();
      f();
      system().thread_terminates();
    }};
  };
  for (std::size_t i = 0; i < num_workers(); ++i) {
    units_.push_back(std::make_unique<unit>(*this));
    threads_.push_back(
      as_thread_of_caf([this, &mine = *units_.back()] { run(mine); }));
  }
  clock_thread_ = as_thread_of_caf([this] {
    set_logger(system());
    clock_.run_dispatch_loop();
  });
  super::start();
}

/// What is queued by now is run, so that an actor that was told to end does so
/// itself: CAF destroys no state of one that is cleaned up from outside.
void worker_pool::stop() {
  stop_actors();
  {
    std::lock_guard guard{mutex_};
    jobs_.insert(jobs_.end(), threads_.size(), nullptr);
  }
  some_job_.notify_all();
  for (auto& each : threads_)
    each.join();
  clean_up();
  clock_.cancel_dispatch_loop();
  clock_thread_.join();
}

/// The clock still runs, since actors that end ask it to forget them.
void worker_pool::clean_up() {
  std::unique_lock guard{mutex_};
  while (!jobs_.empty()) {
    auto* job = jobs_.front();
    jobs_.pop_front();
    guard.unlock();
    cleanup_and_release(job);
    guard.lock();
  }
}

} // namespace lungo
