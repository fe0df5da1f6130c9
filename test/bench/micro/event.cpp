// What an event costs before the first of its readers gets it.

#include "lungo/sse/event.hpp"

#include "lungo/http/chunk.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

/// That many lines of 100 octets.
std::string lines(std::int64_t count) {
  constexpr std::size_t line_size = 100;
  std::string out;
  for (std::int64_t i = 1; i <= count; ++i)
    out += std::string(line_size, '.') + (i < count ? "\n" : "");
  return out;
}

/// With the check of its text.
void make_event(benchmark::State& state) {
  auto data = lines(state.range(0));
  std::uint64_t id = 0;
  for (auto _ : state) {
    lungo::sse::event made{data};
    benchmark::DoNotOptimize(made.id(++id));
  }
}

void encode_event(benchmark::State& state) {
  lungo::sse::event what{lines(state.range(0))};
  what.name("tick").id(4711);
  for (auto _ : state)
    benchmark::DoNotOptimize(lungo::sse::encode(what));
}

/// The text of an event alone, without frame and chunk.
void encode_block(benchmark::State& state) {
  lungo::sse::event what{lines(state.range(0))};
  what.name("tick").id(4711);
  for (auto _ : state)
    benchmark::DoNotOptimize(lungo::sse::encode_block(what));
}

void share_frame(benchmark::State& state) {
  auto what = lungo::sse::encode(lungo::sse::event{lines(1)});
  for (auto _ : state) {
    auto copy = what;
    benchmark::DoNotOptimize(copy);
  }
}

void chunk_header(benchmark::State& state) {
  auto size = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(size);
    benchmark::DoNotOptimize(lungo::http::chunk_header{size});
  }
}

BENCHMARK(make_event)->ArgName("lines")->Arg(1)->Arg(10);
BENCHMARK(encode_block)->ArgName("lines")->Arg(1)->Arg(10);
BENCHMARK(encode_event)->ArgName("lines")->Arg(1)->Arg(10);
BENCHMARK(share_frame);
BENCHMARK(chunk_header)->Arg(100)->Arg(65536);

} // namespace
