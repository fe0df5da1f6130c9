#include "lungo/signals.hpp"

namespace lungo {

sigset_t leaving_signals() noexcept {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGTERM);
  sigaddset(&both, SIGINT);
  return both;
}

} // namespace lungo
