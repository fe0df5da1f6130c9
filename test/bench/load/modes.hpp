#pragma once

#include "options.hpp"

#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Figures by name, in order; times in microseconds, memory in octets.
using report = std::vector<std::pair<std::string, double>>;

/// Requests for `/health`, each connection's next behind its last answer.
report run_get(const options& o);

/// Streams of `/events`; publishes while the slowest is not more than the
/// window behind.
report run_fanout(const options& o);

/// Streams of `/events`; publishes by the clock, one event each interval.
report run_paced(const options& o);

/// Streams of `/fast`, read as fast as they come.
report run_fast(const options& o);

/// Streams of `/idle`, only held.
report run_idle(const options& o);

/// Streams of `/idle`, opened by the clock and closed when their head has come.
report run_churn(const options& o);

/// WebSockets at `/ws`; each sends its next message behind the echo of one.
report run_echo(const options& o);

/// WebSockets at `/ws`, only held.
report run_idle_websockets(const options& o);

/// Streams of `/topic`; each event is published when all have the last.
report run_topic(const options& o);

/// Streams of `/topic`, some of which are never read, while events are
/// published as in `run_fanout` and `/health` is asked for beside.
report run_slow_readers(const options& o);

/// One body to `/sink`.
report run_upload(const options& o);

/// One body from `/source`.
report run_download(const options& o);

} // namespace bench
