#include "lungo/broker/io_thread.hpp"

#include "lungo/log.hpp"
#include "lungo/signals.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <exception>
#include <utility>

namespace lungo {

namespace {

/// `lungo::run` keeps them from all other threads.
void take_signals() {
  auto leaving = leaving_signals();
  pthread_sigmask(SIG_UNBLOCK, &leaving, nullptr);
}

} // namespace

// The hint of one thread lets Asio leave out its locks' contention paths.
io_thread::io_thread(caf::actor_system& sys, std::size_t max_throughput)
  : io_(1),
    unit_(sys, io_, max_throughput),
    guard_(boost::asio::make_work_guard(io_)),
    signals_(io_),
    acceptor_(io_) {}

io_thread::~io_thread() {
  stop();
}

void io_thread::start() {
  thread_ = std::thread([this] { run(); });
}

/// Sessions and actors catch their own; what still comes here must not end the
/// process with all its streams.
void io_thread::run() {
  take_signals();
  unit_.put_off_wakes();
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& err) {
      log::error(fmt::format("an I/O thread failed: {}", err.what()));
    }
  }
}

void io_thread::stop() {
  if (!thread_.joinable())
    return;
  boost::asio::post(io_, [this] {
    stopping_ = true;
    signals_.cancel();
    acceptor_.close();
    guard_.reset();
  });
  thread_.join();
}

void io_thread::on_signal(std::function<void()> handler) {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  wait_for_signal(std::move(handler));
}

void io_thread::wait_for_signal(std::function<void()> handler) {
  signals_.async_wait(
    [this, handler](const boost::system::error_code& failed, int) {
      // One that came right before the cancelling is told nothing of it; to
      // wait for another then would be for ever.
      if (failed || stopping_)
        return;
      handler();
      wait_for_signal(handler);
    });
}

} // namespace lungo
