// What an event costs in a topic, and what each reader adds to it. One thread,
// no actor: the values that the topic log's actor holds.

#include "lungo/topic/log.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace topic = lungo::topic;

constexpr std::size_t event_size = 100;
constexpr std::size_t plenty = 1'000'000;
const std::string name = "bench";

topic::publication make_event() {
  return {lungo::sse::event{std::string(event_size, '.')}};
}

void publish(topic::log& to, std::int64_t count) {
  for (; count > 0; --count)
    to.publish(name, make_event(), {}).value();
}

topic::reader make_reader(topic::log& of, topic::filter which = {}) {
  topic::subscription how;
  how.topics = {{name, std::move(which)}};
  return of.subscribe(how, {}).value();
}

topic::log full_log() {
  topic::log out{1, topic::log_limits{}};
  publish(out, 2 * static_cast<std::int64_t>(topic::limits{}.events));
  return out;
}

/// Into a history that is full, with the making of the event.
void publish_event(benchmark::State& state) {
  auto log = full_log();
  for (auto _ : state)
    benchmark::DoNotOptimize(log.publish(name, make_event(), {}));
}

/// The same with a reader, for whom it is encoded.
void publish_and_pull(benchmark::State& state) {
  auto log = full_log();
  auto reader = make_reader(log);
  for (auto _ : state) {
    publish(log, 1);
    benchmark::DoNotOptimize(log.read(reader, plenty));
  }
  log.leave(reader, {});
}

/// One pull of each of a thousand readers, all of which lack the same events.
/// The time is that of one pull.
void pull(benchmark::State& state, const topic::filter& which) {
  constexpr std::size_t count = 1000;
  auto log = full_log();
  auto first = make_reader(log, which);
  publish(log, state.range(0));
  std::vector<topic::reader> readers;
  while (state.KeepRunningBatch(count)) {
    state.PauseTiming();
    readers.assign(count, first);
    state.ResumeTiming();
    for (auto& each : readers)
      benchmark::DoNotOptimize(log.read(each, plenty));
  }
  log.leave(first, {});
}

/// Readers with a filter share no batch.
const topic::filter all_by_name{{"message"}};

BENCHMARK(publish_event);
BENCHMARK(publish_and_pull);
BENCHMARK_CAPTURE(pull, shared, topic::filter{})
  ->ArgName("events")
  ->Arg(1)
  ->Arg(100);
BENCHMARK_CAPTURE(pull, filtered, all_by_name)
  ->ArgName("events")
  ->Arg(1)
  ->Arg(100);

} // namespace
