#include "lungo/broker/io_unit.hpp"

#include "lungo/worker_pool.hpp"

#include <boost/asio/post.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace lungo {

namespace {

using job_ptr = caf::intrusive_ptr<caf::resumable>;

} // namespace

io_unit::io_unit(caf::actor_system& sys, boost::asio::io_context& io,
                 std::size_t max_throughput)
  : caf::execution_unit(&sys),
    io_(io),
    max_throughput_(max_throughput) {}

/// What is posted now comes behind all that one look at the sockets has found.
void io_unit::put_off_wakes() {
  auto* pool = dynamic_cast<worker_pool*>(&system().scheduler());
  if (pool)
    pool->put_off_wakes(
      [this, pool] { boost::asio::post(io_, [pool] { pool->wake(); }); });
}

void io_unit::exec_later(caf::resumable* job) {
  if (job->subtype() != caf::resumable::io_actor) {
    system().scheduler().enqueue(job);
    return;
  }
  boost::asio::post(io_, [this, held = job_ptr{job, false}]() mutable {
    resume(held.release());
  });
}

void io_unit::resume(caf::resumable* job) {
  job_ptr held{job, false};
  switch (job->resume(this, max_throughput_)) {
  case caf::resumable::resume_later:
    exec_later(held.release());
    break;
  case caf::resumable::shutdown_execution_unit:
    held.release();
    break;
  default:
    break;
  }
}

} // namespace lungo
