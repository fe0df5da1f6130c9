#pragma once

#include "lungo/config.hpp"
#include "lungo/server.hpp"

#include <functional>

namespace lungo {

/// The whole of a program: reads the configuration, lets `setup` add routes,
/// serves until `SIGTERM` or `SIGINT`, drains, and returns the exit code for
/// `main`. Prints `listening on http://ADDRESS:PORT` when it can answer; what
/// goes wrong before is one line on standard error and a non-zero code.
///
/// The two signals are blocked in all threads but those of the server's I/O; a
/// child process that you start inherits that.
int run(int argc, char** argv, const std::function<void(server&)>& setup);

/// As above, with settings made in code; the command line still wins.
int run(int argc, char** argv, config& cfg,
        const std::function<void(server&)>& setup);

} // namespace lungo
