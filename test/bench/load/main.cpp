// The load client: puts one kind of load on a server of the benchmark, looks at
// that server's time and memory from outside, and prints figures as JSON.

#include "../server_process.hpp"
#include "modes.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace {

bench::report run(const bench::options& o) {
  if (o.mode == "get")
    return bench::run_get(o);
  if (o.mode == "fanout")
    return bench::run_fanout(o);
  if (o.mode == "paced")
    return bench::run_paced(o);
  if (o.mode == "fast")
    return bench::run_fast(o);
  if (o.mode == "idle")
    return bench::run_idle(o);
  if (o.mode == "churn")
    return bench::run_churn(o);
  if (o.mode == "echo")
    return bench::run_echo(o);
  if (o.mode == "idle_websockets")
    return bench::run_idle_websockets(o);
  if (o.mode == "upload")
    return bench::run_upload(o);
  if (o.mode == "download")
    return bench::run_download(o);
  if (o.mode == "topic")
    return bench::run_topic(o);
  if (o.mode == "slow_readers")
    return bench::run_slow_readers(o);
  throw std::invalid_argument("there is no mode " + o.mode);
}

void print(const bench::report& figures) {
  auto* separator = "{";
  for (auto& [name, value] : figures) {
    fmt::print("{}\"{}\": {}", separator, name, value);
    separator = ", ";
  }
  fmt::print("}}\n");
}

} // namespace

int main(int argc, char** argv) {
  bench::prepare_process();
  // Naps are to be as short as they are asked for, those of all threads.
  prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
  try {
    print(run(bench::parse_options(argc, argv)));
    return 0;
  } catch (const std::exception& err) {
    fmt::print(stderr, "load: {}\n", err.what());
    return 1;
  }
}
