#include "options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace bench {

namespace {

constexpr const char* usage
  = "usage: load get|fanout|paced|fast|idle|churn|echo|idle_websockets|upload|"
    "download|topic|slow_readers "
    "--port=N --server=PID [--connections=N] [--threads=N] [--silent=N] "
    "[--rounds=N] "
    "[--rate=N] [--event-bytes=N] [--window=N] [--at-once=N] [--publish=body] "
    "[--mib=N] [--length-ms=N] [--interval-ms=N] [--stall-after-ms=N]";

template <class T>
bool take(std::string_view argument, std::string_view name, T& value) {
  if (!argument.starts_with(name))
    return false;
  argument.remove_prefix(name.size());
  auto* end = argument.data() + argument.size();
  auto parsed = std::from_chars(argument.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

bool take(std::string_view argument, std::string_view name,
          std::chrono::milliseconds& value) {
  std::int64_t count = 0;
  if (!take(argument, name, count))
    return false;
  value = std::chrono::milliseconds{count};
  return true;
}

bool take(std::string_view argument, std::string_view flag, bool& given) {
  if (argument != flag)
    return false;
  given = true;
  return true;
}

} // namespace

options parse_options(int argc, char** argv) {
  options o;
  if (argc > 1)
    o.mode = argv[1];
  for (int i = 2; i < argc; ++i) {
    std::string_view it = argv[i];
    if (!take(it, "--port=", o.port) && !take(it, "--server=", o.server)
        && !take(it, "--connections=", o.connections)
        && !take(it, "--threads=", o.threads)
        && !take(it, "--silent=", o.silent) && !take(it, "--rounds=", o.rounds)
        && !take(it, "--rate=", o.rate)
        && !take(it, "--event-bytes=", o.event_bytes)
        && !take(it, "--window=", o.window)
        && !take(it, "--at-once=", o.at_once)
        && !take(it, "--publish=body", o.publish_body)
        && !take(it, "--mib=", o.mib) && !take(it, "--length-ms=", o.length)
        && !take(it, "--interval-ms=", o.interval)
        && !take(it, "--stall-after-ms=", o.stall_after))
      throw std::invalid_argument(usage);
  }
  if (o.port == 0 || o.server == 0 || o.connections == 0 || o.window == 0
      || o.rounds == 0 || o.threads == 0 || o.connections < o.threads
      || o.rate < o.threads || o.interval.count() <= 0)
    throw std::invalid_argument(usage);
  return o;
}

} // namespace bench
