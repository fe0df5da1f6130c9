// Prints what the reference pages say, as the code has it: one fact in a line,
// `KIND NAME VALUE`.

#include <fmt/format.h>
#include <lungo/close_reason.hpp>
#include <lungo/config.hpp>
#include <lungo/http/message.hpp>
#include <lungo/server.hpp>

#include <array>

namespace {

template <class T>
void option(const char* name, const T& value) {
  fmt::print("option --{} {}\n", name, value);
}

void option(const char* name, std::chrono::milliseconds value) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(value);
  if (seconds == value)
    fmt::print("option --{} {}s\n", name, seconds.count());
  else
    fmt::print("option --{} {}ms\n", name, value.count());
}

void print_options(const lungo::config& cfg) {
  auto& settings = cfg.server;
  option("address", settings.address);
  option("port", settings.port);
  option("io-threads", settings.io_threads);
  option("workers", cfg.workers);
  option("log-level", cfg.log_level);
  option("heartbeat", settings.heartbeat);
  option("drain-timeout", settings.drain_timeout);
  option("init-timeout", settings.init_timeout);
  option("reconnect-min", settings.reconnect_min);
  option("reconnect-max", settings.reconnect_max);
  option("at-limit", to_string(settings.handshake.at_limit));
  option("seed", settings.seed);
  option("outbox.events", settings.outbox.events);
  option("outbox.bytes", settings.outbox.bytes);
  option("outbox.window-bytes", settings.outbox.window_bytes);
  auto& each = settings.topics.each;
  option("topics.events", each.events);
  option("topics.bytes", each.bytes);
  option("topics.age", each.age);
  option("topics.event-bytes", each.event_bytes);
  option("topics.message-ids", each.message_ids);
  option("topics.message-id-age", each.message_id_age);
  option("topics.unused", each.unused);
  option("topics.count", settings.topics.topics);
  option("topics.reader-topics", settings.topics.reader_topics);
  option("topics.on-demand", settings.topics.on_demand);
  option("topics.inbox-bytes", settings.topics_inbox_bytes);
  option("websocket.origins",
         fmt::format("[{}]", fmt::join(settings.handshake.origins, ", ")));
}

void print_limits(const lungo::http::limits& limits) {
  option("limits.head-bytes", limits.head_bytes);
  option("limits.head-fields", limits.head_fields);
  option("limits.target-bytes", limits.target_bytes);
  option("limits.body-bytes", limits.body_bytes);
  option("limits.streamed-body-bytes", limits.streamed_body_bytes);
  option("limits.message-bytes", limits.messages.message_bytes);
  option("limits.message-fragments", limits.messages.message_fragments);
  option("limits.chunk-overhead-bytes", limits.chunk_overhead_bytes);
  option("limits.connections", limits.connections);
  option("limits.streams", limits.streams);
  option("limits.head-timeout", limits.head_timeout);
  option("limits.body-timeout", limits.body_timeout);
  option("limits.keep-alive-timeout", limits.keep_alive_timeout);
  option("limits.write-timeout", limits.write_timeout);
  option("limits.pong-timeout", limits.pong_timeout);
  option("limits.exchange-timeout", limits.exchange_timeout);
  option("limits.verdict-timeout", limits.verdict_timeout);
}

void print_members(const lungo::settings& settings) {
  fmt::print("member outbox.policy {}\n", to_string(settings.outbox.policy));
  fmt::print("member throughput {}\n", settings.throughput);
  fmt::print("member handle_signals {}\n", settings.handle_signals);
  fmt::print("member restarts {}\n", settings.restarts);
  fmt::print("member restart_window {}s\n",
             settings.restart_window.count() / 1000);
}

/// What a route leaves out is the server's.
template <class T>
const char* or_else(const std::optional<T>& value, const char* otherwise) {
  return value ? "its own" : otherwise;
}

void print_route_options() {
  constexpr const char* servers = "the server's";
  lungo::connection_options any;
  lungo::sse::options event_streams;
  lungo::websocket::options sockets;
  lungo::stream::options bodies;
  auto print = [](const char* name, std::string_view value) {
    fmt::print("route {} {}\n", name, value);
  };
  print("connection_options::outbox", or_else(any.outbox, servers));
  print("connection_options::heartbeat", or_else(any.heartbeat, servers));
  print("connection_options::max_age",
        fmt::format("{}s", any.max_age.count() / 1000));
  print("sse::options::last_event_id_query", event_streams.last_event_id_query);
  print("websocket::options::origins", or_else(sockets.origins, servers));
  print("websocket::options::subprotocols",
        sockets.subprotocols.empty() ? "none" : "some");
  print("websocket::options::deflate", sockets.deflate ? "true" : "false");
  print("websocket::options::last_event_id_query", sockets.last_event_id_query);
  print("websocket::options::limits", or_else(sockets.limits, servers));
  print("stream::options::length", or_else(bodies.length, "unknown"));
}

/// Codes have no gaps; the first without a name is behind the last.
void print_errors() {
  for (unsigned code = 1;; ++code) {
    auto one = static_cast<lungo::errc>(code);
    if (to_string(one) == "unknown")
      return;
    fmt::print("error {} {}\n", to_string(one),
               static_cast<unsigned>(status_for(one)));
  }
}

void print_reasons() {
  for (unsigned code = 0;; ++code) {
    auto one = static_cast<lungo::close_reason>(code);
    if (to_string(one).empty())
      return;
    fmt::print("reason {} {}\n", to_string(one),
               ends_cleanly(one) ? "end" : "cut");
  }
}

} // namespace

int main() {
  lungo::config cfg;
  print_options(cfg);
  print_limits(cfg.server.limits);
  print_members(cfg.server);
  print_route_options();
  print_errors();
  print_reasons();
}
