// What a message costs between actors, by where these run. A hop within one
// thread is work; one to another thread is mostly the waking of that.

#include "lungo/broker/broker.hpp"
#include "lungo/broker/io_thread.hpp"
#include "lungo/settings.hpp"
#include "lungo/worker_pool.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/post.hpp>
#include <caf/actor_system_config.hpp>

#include <cstdint>
#include <semaphore>
#include <utility>

namespace {

using wall_actor = caf::typed_actor<
  // Here is the ball, with so many rounds left. (player)
  caf::replies_to<std::uint64_t>::with<std::uint64_t>>;

using player_actor = caf::typed_actor<
  // Here it is again. (wall, main)
  caf::reacts_to<std::uint64_t>>;

template <class Base>
class wall : public Base {
public:
  using Base::Base;

  wall_actor::behavior_type make_behavior() override {
    return {[](std::uint64_t left) { return left - 1; }};
  }
};

/// Plays until no round is left, and says so.
template <class Base>
class player : public Base {
public:
  template <class... Ts>
  player(caf::actor_config& cfg, wall_actor other,
         std::binary_semaphore& finished, Ts&&... args)
    : Base(cfg, std::forward<Ts>(args)...),
      other_(std::move(other)),
      finished_(finished) {}

  player_actor::behavior_type make_behavior() override {
    return {[this](std::uint64_t left) {
      if (left > 0)
        this->send(other_, left);
      else
        finished_.release();
    }};
  }

  void on_exit() override { other_ = nullptr; }

private:
  wall_actor other_;
  std::binary_semaphore& finished_;
};

using scheduled_wall = wall<wall_actor::base>;
using pinned_wall = wall<lungo::pinned<wall_actor::base>>;
using scheduled_player = player<player_actor::base>;
using pinned_player = player<lungo::pinned<player_actor::base>>;

/// A scheduler as a server has it, with one worker, and an I/O thread.
class running_system {
public:
  running_system() : thread{system, lungo::settings{}.throughput} {}

private:
  struct one_worker : caf::actor_system_config {
    one_worker() {
      namespace key = lungo::config_key;
      load<lungo::worker_pool>();
      set(key::scheduler_threads, std::size_t{1});
      set(key::scheduler_throughput, lungo::settings{}.throughput);
    }
  };

  one_worker config_;

public:
  caf::actor_system system{config_};
  lungo::io_thread thread;
};

/// There and back, until the player has had its rounds. The time is that of one
/// round, of two hops.
void play(benchmark::State& state, const player_actor& who,
          std::binary_semaphore& finished) {
  constexpr std::uint64_t rounds = 1000;
  while (state.KeepRunningBatch(rounds)) {
    caf::anon_send(who, rounds);
    finished.acquire();
  }
  caf::anon_send_exit(who, caf::exit_reason::kill);
}

void within_worker(benchmark::State& state) {
  running_system on;
  std::binary_semaphore finished{0};
  auto other = on.system.spawn<scheduled_wall>();
  play(state, on.system.spawn<scheduled_player>(other, finished), finished);
}

void within_io_thread(benchmark::State& state) {
  running_system on;
  on.thread.start();
  auto* unit = &on.thread.unit();
  std::binary_semaphore finished{0};
  auto other = on.system.spawn<pinned_wall>(unit);
  play(state, on.system.spawn<pinned_player>(other, finished, unit), finished);
}

void io_thread_to_worker(benchmark::State& state) {
  running_system on;
  on.thread.start();
  auto* unit = &on.thread.unit();
  std::binary_semaphore finished{0};
  auto other = on.system.spawn<scheduled_wall>();
  play(state, on.system.spawn<pinned_player>(other, finished, unit), finished);
}

/// The broker takes what another thread has sent it: here for a session that is
/// gone, so that no socket is in it. Both in one thread; no waking.
/// @param state its argument is how many messages come at a time.
void broker_post(benchmark::State& state) {
  running_system on;
  lungo::settings config;
  lungo::broker_parts parts;
  parts.thread = &on.thread;
  parts.config = &config;
  auto to = on.system.spawn<lungo::broker>(std::move(parts));
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto i = state.range(0); i > 0; --i)
      caf::anon_send(to, lungo::msg::write{});
    on.thread.io().poll();
  }
  caf::anon_send_exit(to, caf::exit_reason::kill);
  on.thread.io().poll();
}

/// What of it is Asio's, and the kernel's, which is asked for sockets at each
/// look.
void asio_post(benchmark::State& state) {
  running_system on;
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto i = state.range(0); i > 0; --i)
      boost::asio::post(on.thread.io(), [] {});
    on.thread.io().poll();
  }
}

// The work of all threads is counted as processor time.
BENCHMARK(within_worker)
  ->Name("round_trip/within_worker")
  ->MeasureProcessCPUTime()
  ->UseRealTime();
BENCHMARK(within_io_thread)
  ->Name("round_trip/within_io_thread")
  ->MeasureProcessCPUTime()
  ->UseRealTime();
BENCHMARK(io_thread_to_worker)
  ->Name("round_trip/io_thread_to_worker")
  ->MeasureProcessCPUTime()
  ->UseRealTime();
BENCHMARK(broker_post)->Arg(1)->Arg(64);
BENCHMARK(asio_post)->Arg(1)->Arg(64);

} // namespace
