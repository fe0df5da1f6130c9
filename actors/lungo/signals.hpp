#pragma once

#include <csignal>

namespace lungo {

/// The signals that ask a server to leave: `SIGTERM` and `SIGINT`.
sigset_t leaving_signals() noexcept;

} // namespace lungo
