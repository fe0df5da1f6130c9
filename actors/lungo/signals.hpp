#pragma once

#include <csignal>

namespace lungo {

/// The signals that ask a server to leave: `SIGTERM` and `SIGINT`. Private.
inline sigset_t leaving_signals() noexcept {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGTERM);
  sigaddset(&both, SIGINT);
  return both;
}

} // namespace lungo
