// What a frame costs on its way through the queue of one connection.

#include "lungo/flow/outbox.hpp"

#include "lungo/sse/event.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

namespace flow = lungo::flow;
using flow::overflow_policy;

constexpr std::size_t event_size = 100;

/// Events of which each has a key of its own.
std::vector<flow::frame> make_frames(std::size_t count) {
  std::vector<flow::frame> out;
  for (std::size_t i = 0; i < count; ++i) {
    lungo::sse::event what{std::string(event_size, '.')};
    what.key(std::to_string(i));
    out.push_back(lungo::sse::encode(what));
  }
  return out;
}

flow::outbox make_outbox(overflow_policy policy) {
  flow::outbox_limits bounds;
  bounds.policy = policy;
  return flow::outbox{bounds};
}

/// A peer that keeps up: a batch is pushed, taken and drained. The time is that
/// of one frame.
void push_take(benchmark::State& state, overflow_policy policy) {
  auto batch = make_frames(static_cast<std::size_t>(state.range(0)));
  auto to = make_outbox(policy);
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto& each : batch)
      to.push(each);
    std::size_t size = 0;
    auto taken = to.take();
    for (auto& each : taken)
      size += each.what.size();
    to.drained(size);
  }
}

/// A peer that is behind: the queue is full, there is no credit, and no frame
/// in it has the key of one that comes.
void push_full(benchmark::State& state, overflow_policy policy) {
  auto to = make_outbox(policy);
  auto frames = make_frames(2 * flow::outbox_limits{}.events);
  to.push(flow::frame::uniform(
    "", std::string(flow::outbox_limits{}.window_bytes, '.'), ""));
  to.take();
  std::size_t next = 0;
  while (to.waiting_events() < flow::outbox_limits{}.events)
    to.push(frames[next++]);
  for (auto _ : state)
    benchmark::DoNotOptimize(to.push(frames[next++ % frames.size()]));
}

#define FOR_EACH_POLICY(WHAT, HOW)                                             \
  BENCHMARK_CAPTURE(WHAT, disconnect, overflow_policy::disconnect) HOW;        \
  BENCHMARK_CAPTURE(WHAT, drop_oldest, overflow_policy::drop_oldest) HOW;      \
  BENCHMARK_CAPTURE(WHAT, drop_newest, overflow_policy::drop_newest) HOW;      \
  BENCHMARK_CAPTURE(WHAT, coalesce, overflow_policy::coalesce) HOW

FOR_EACH_POLICY(push_take, ->Arg(1)->Arg(16)->Arg(256));
FOR_EACH_POLICY(push_full, );

} // namespace
