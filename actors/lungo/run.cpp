#include "lungo/run.hpp"

#include "lungo/log.hpp"
#include "lungo/signals.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace lungo {

namespace {

constexpr int usage_fault = 2;

int complain(std::string_view what, int code) {
  fmt::print(stderr, "error: {}\n", what);
  return code;
}

/// Signals to the process go to an I/O thread, which waits for them, and to no
/// thread that sits in a handler of the user.
void io_thread_gets_signals() {
  auto leaving = leaving_signals();
  pthread_sigmask(SIG_BLOCK, &leaving, nullptr);
}

int serve(const config& cfg, caf::actor_system& sys,
          const std::function<void(server&)>& setup) {
  server app{sys, cfg.server};
  setup(app);
  if (auto started = app.start(); !started)
    return complain(started.error().message, EXIT_FAILURE);
  fmt::print("listening on {}\n", app.url());
  std::fflush(stdout);
  if (auto left = app.wait(); !left)
    return complain(left.error().message, EXIT_FAILURE);
  return EXIT_SUCCESS;
}

} // namespace

int run(int argc, char** argv, const std::function<void(server&)>& setup) {
  config cfg;
  return run(argc, argv, cfg, setup);
}

int run(int argc, char** argv, config& cfg,
        const std::function<void(server&)>& setup) {
  auto loaded = cfg.load(argc, argv);
  if (!loaded.go_on)
    return loaded.exit_code;
  if (!log::set_level(cfg.log_level))
    return complain(fmt::format("log level {} is none of debug, info, warn, "
                                "error, off",
                                cfg.log_level),
                    usage_fault);
  try {
    io_thread_gets_signals();
    caf::actor_system sys{cfg};
    // The server has ended its own actors by then; one of the user's that
    // nobody ends must not keep the process.
    sys.await_actors_before_shutdown(false);
    return serve(cfg, sys, setup);
  } catch (const std::exception& err) {
    return complain(err.what(), EXIT_FAILURE);
  }
}

} // namespace lungo
