#pragma once

#include <functional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "lungo/broker/io_unit.hpp"

namespace lungo {

/// One `io_context` with the one thread that ever runs it, and the unit that
/// runs a broker there. Owned by the server; made before its broker and
/// destroyed after it. Without `start`, a test may run `io()` by hand.
class io_thread {
public:
  io_thread(caf::actor_system& sys, std::size_t max_throughput);

  /// Stops and joins.
  ~io_thread();

  /// Begins to run.
  void start();

  /// Lets the thread end when nothing is left to do, and waits for it.
  void stop();

  /// Calls `handler` on this thread at each `SIGTERM` and `SIGINT`.
  void on_signal(std::function<void()> handler);

  boost::asio::io_context& io() noexcept { return io_; }
  io_unit& unit() noexcept { return unit_; }

private:
  void wait_for_signal(std::function<void()> handler);

  boost::asio::io_context io_;
  io_unit unit_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard_;
  boost::asio::signal_set signals_;
  std::thread thread_;
};

} // namespace lungo
