#include "health_watch.hpp"

#include <stdexcept>
#include <utility>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

} // namespace

health_watch::health_watch(std::uint16_t port) : socket_(port) {
  ask();
  thread_
    = std::jthread{[this](std::stop_token done) { run(std::move(done)); }};
}

samples health_watch::finish() {
  thread_.request_stop();
  thread_.join();
  if (failure_)
    std::rethrow_exception(failure_);
  return std::move(times_);
}

void health_watch::run(std::stop_token done) try {
  constexpr std::chrono::milliseconds interval{20};
  while (!done.stop_requested()) {
    auto begin = steady::now();
    ask();
    times_.add_held_up(steady::now() - begin, interval);
    std::this_thread::sleep_until(begin + interval);
  }
} catch (...) {
  failure_ = std::current_exception();
}

void health_watch::ask() {
  constexpr std::chrono::seconds patience{30};
  socket_.request("GET", "/health");
  auto deadline = steady::now() + patience;
  do {
    auto left
      = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady::now());
    if (left.count() <= 0 || !socket_.wait(left))
      throw std::runtime_error("the server does not answer");
  } while (!reader_.put(socket_.read()));
}

} // namespace bench
