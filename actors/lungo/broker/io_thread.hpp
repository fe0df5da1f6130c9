#pragma once

#include "lungo/broker/acceptor.hpp"
#include "lungo/broker/io_unit.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <thread>

namespace lungo {

/// One `io_context` with the one thread that ever runs it, the unit that runs a
/// broker there, and the socket that its clients come from. Owned by the
/// server; made before its broker and destroyed after it. Without `start`, a
/// test may run `io()` by hand.
class io_thread {
public:
  io_thread(caf::actor_system& sys, std::size_t max_throughput);

  /// Stops and joins.
  ~io_thread();

  /// Begins to run.
  void start();

  /// Stops listening, lets the thread end when nothing is left to do, and waits
  /// for it.
  void stop();

  /// Calls `handler` on this thread at each `SIGTERM` and `SIGINT`.
  void on_signal(std::function<void()> handler);

  boost::asio::io_context& io() noexcept { return io_; }
  io_unit& unit() noexcept { return unit_; }
  lungo::acceptor& acceptor() noexcept { return acceptor_; }

private:
  void run();
  void wait_for_signal(std::function<void()> handler);

  boost::asio::io_context io_;
  io_unit unit_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard_;
  boost::asio::signal_set signals_;
  lungo::acceptor acceptor_;
  bool stopping_ = false; ///< Touched on the thread only.
  std::thread thread_;
};

} // namespace lungo
