#include "modes.hpp"
#include "parts.hpp"
#include "server_figures.hpp"
#include "streams.hpp"

namespace bench {

namespace {

template <class Streams>
report hold(const options& o, std::string_view target) {
  using steady = std::chrono::steady_clock;
  server_figures server{o.server};
  auto before = server.now_in_memory();
  auto cpu = server.cpu();
  auto opened = steady::now();
  parts<Streams> all{o, [&](const options& mine) {
                       return std::make_unique<Streams>(mine.port, target,
                                                        mine.connections);
                     }};
  std::chrono::duration<double> opening = steady::now() - opened;
  std::chrono::duration<double, std::micro> setup = server.cpu() - cpu;
  auto held = server.cpu();
  auto begin = steady::now();
  // Reading fails if the server lets go of a stream.
  all.run([&](Streams& some, std::size_t) {
    while (steady::now() - begin < o.length)
      some.poll([](std::size_t, std::uint64_t) {});
  });
  std::chrono::duration<double, std::micro> idle = server.cpu() - held;
  std::chrono::duration<double> took = steady::now() - begin;
  auto after = server.now_in_memory();
  auto each = [&](std::size_t memory::*what) {
    return (static_cast<double>(after.*what)
            - static_cast<double>(before.*what))
           / static_cast<double>(o.connections);
  };
  return {
    {"streams", static_cast<double>(o.connections)},
    {"setup_cpu_us_per_stream",
     setup.count() / static_cast<double>(o.connections)},
    {"setup_per_s", static_cast<double>(o.connections) / opening.count()},
    {"anonymous_per_stream", each(&memory::anonymous)},
    {"own_per_stream", each(&memory::own)},
    {"proportional_per_stream", each(&memory::proportional)},
    {"idle_cpu_share", idle.count() / 1e6 / took.count()},
  };
}

} // namespace

report run_idle(const options& o) {
  return hold<streams>(o, "/idle");
}

report run_idle_websockets(const options& o) {
  return hold<websockets>(o, "/ws");
}

} // namespace bench
