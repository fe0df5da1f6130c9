#include "lungo/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

namespace lungo {

namespace {

/// Zero would mean "let nothing through", or "cut at once".
struct positive {
  const char* name;
  bool holds;
};

} // namespace

std::size_t default_io_threads() noexcept {
  return std::max(1u, std::thread::hardware_concurrency() / 2);
}

std::uint64_t system_seed() {
  constexpr unsigned half = 32;
  std::random_device source;
  auto high = std::uint64_t{source()} << half;
  return std::max(std::uint64_t{1}, high | source());
}

result<void> check(const settings& config) {
  auto& limits = config.limits;
  for (auto& [name, holds] : {
         positive{"throughput", config.throughput > 0},
         positive{"init-timeout", config.init_timeout.count() > 0},
         positive{"reconnect-min", config.reconnect_min.count() > 0},
         positive{"outbox.events", config.outbox.events > 0},
         positive{"outbox.bytes", config.outbox.bytes > 0},
         positive{"outbox.window-bytes", config.outbox.window_bytes > 0},
         positive{"topics.events", config.topics.each.events > 0},
         positive{"topics.bytes", config.topics.each.bytes > 0},
         positive{"topics.event-bytes", config.topics.each.event_bytes > 0},
         positive{"topics.count", config.topics.topics > 0},
         positive{"topics.reader-topics", config.topics.reader_topics > 0},
         positive{"topics.inbox-bytes", config.topics_inbox_bytes > 0},
         positive{"limits.head-bytes", limits.head_bytes > 0},
         positive{"limits.head-fields", limits.head_fields > 0},
         positive{"limits.target-bytes", limits.target_bytes > 0},
         positive{"limits.connections", limits.connections > 0},
         positive{"limits.streams", limits.streams > 0},
         positive{"limits.head-timeout", limits.head_timeout.count() > 0},
         positive{"limits.body-timeout", limits.body_timeout.count() > 0},
         positive{"limits.keep-alive-timeout",
                  limits.keep_alive_timeout.count() > 0},
         positive{"limits.write-timeout", limits.write_timeout.count() > 0},
         positive{"limits.message-bytes", limits.messages.message_bytes > 0},
         positive{"limits.message-fragments",
                  limits.messages.message_fragments > 0},
         positive{"limits.pong-timeout", limits.pong_timeout.count() > 0},
         positive{"limits.exchange-timeout",
                  limits.exchange_timeout.count() > 0},
         positive{"limits.verdict-timeout", limits.verdict_timeout.count() > 0},
       })
    if (!holds)
      return error{errc::invalid_value,
                   fmt::format("{} must be more than zero", name)};
  if (config.reconnect_max < config.reconnect_min)
    return error{errc::invalid_value,
                 "reconnect-max must not be less than reconnect-min"};
  for (auto& origin : config.handshake.origins)
    if (auto sane = handshake::check_origin(origin); !sane)
      return error{errc::invalid_value,
                   fmt::format("websocket.origins: {}", sane.error().message)};
  return {};
}

} // namespace lungo
