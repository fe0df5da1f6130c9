// What it costs to find a route among few and among many.

#include "lungo/http/router.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <variant>

namespace {

using lungo::http::method;
using lungo::http::router;

/// Half of the routes have no parameter, the other half two.
router make_router(std::int64_t routes) {
  router out;
  for (std::int64_t i = 0; i < routes / 2; ++i) {
    auto base = "/api/v1/thing" + std::to_string(i);
    if (!out.add(method::get, base + "/list").has_value()
        || !out.add(method::get, base + "/:id/part/:part").has_value())
      throw std::runtime_error("this is no route: " + base);
  }
  return out;
}

template <class Outcome>
void find_route(benchmark::State& state, const std::string& behind) {
  auto routes = make_router(state.range(0));
  auto path = "/api/v1/thing" + std::to_string(state.range(0) / 4) + behind;
  if (!std::holds_alternative<Outcome>(routes.find(method::get, path)))
    return state.SkipWithError("the path leads elsewhere");
  for (auto _ : state)
    benchmark::DoNotOptimize(routes.find(method::get, path));
}

void literal(benchmark::State& state) {
  find_route<router::match>(state, "/list");
}

void parameters(benchmark::State& state) {
  find_route<router::match>(state, "/4711/part/12");
}

void escaped_parameters(benchmark::State& state) {
  find_route<router::match>(state, "/47%2011/part/%C3%A4");
}

void miss(benchmark::State& state) {
  find_route<router::no_route>(state, "/4711/whole");
}

BENCHMARK(literal)->Name("find_route/literal")->Arg(10)->Arg(1000);
BENCHMARK(parameters)->Name("find_route/parameters")->Arg(10)->Arg(1000);
BENCHMARK(escaped_parameters)
  ->Name("find_route/escaped_parameters")
  ->Arg(10)
  ->Arg(1000);
BENCHMARK(miss)->Name("find_route/miss")->Arg(10)->Arg(1000);

} // namespace
