#pragma once

#include "lungo/caf.hpp"

#include <boost/asio/io_context.hpp>

namespace lungo {

/// Runs pinned actors on an `io_context`: each wake-up of such an actor is one
/// `post`. Actors of the scheduler that are woken from here go to the
/// scheduler. One per I/O thread; must outlive its actors.
class io_unit : public caf::execution_unit {
public:
  /// @param max_throughput messages an actor handles before sockets get their
  ///                       turn again.
  io_unit(caf::actor_system& sys, boost::asio::io_context& io,
          std::size_t max_throughput);

  /// Called on the unit's thread: the workers that what it does gives work to
  /// are woken when it has seen all that its sockets have brought.
  void put_off_wakes();

  /// Takes over one reference to `job`.
  void exec_later(caf::resumable* job) override;

private:
  void resume(caf::resumable* job);

  boost::asio::io_context& io_;
  std::size_t max_throughput_;
};

} // namespace lungo
