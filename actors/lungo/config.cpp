#include "lungo/config.hpp"

#include "lungo/caf.hpp"
#include "lungo/worker_pool.hpp"

#include <caf/config_option_set.hpp>
#include <caf/make_config_option.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lungo {

namespace {

constexpr int usage_fault = 2;

/// The durations among the settings: on the command line they carry a unit
/// (`--heartbeat=15s`).
struct duration_option {
  std::string name;
  std::string text;
  std::chrono::milliseconds& where;
};

std::vector<duration_option> durations_of(settings& s) {
  auto& limits = s.limits;
  return {
    {"heartbeat", "sign of life on streams idle for so long", s.heartbeat},
    {"drain-timeout", "what open streams get at SIGTERM", s.drain_timeout},
    {"reconnect-min", "least before a client is to come back", s.reconnect_min},
    {"reconnect-max", "most before a client is to come back", s.reconnect_max},
    {"init-timeout", "for a connection to begin", s.init_timeout},
    {"topics.age", "of an event in a topic's history; 0: any",
     s.topics.each.age},
    {"topics.message-id-age", "for how long a message id is kept",
     s.topics.each.message_id_age},
    {"topics.unused", "after which an unused topic ends; 0: never",
     s.topics.each.unused},
    {"limits.head-timeout", "for a whole request head", limits.head_timeout},
    {"limits.body-timeout", "between two reads of a body", limits.body_timeout},
    {"limits.keep-alive-timeout", "between two requests",
     limits.keep_alive_timeout},
    {"limits.write-timeout", "while a peer takes nothing",
     limits.write_timeout},
    {"limits.pong-timeout", "for a WebSocket's sign of life",
     limits.pong_timeout},
    {"limits.exchange-timeout", "for handler and middleware",
     limits.exchange_timeout},
    {"limits.verdict-timeout", "for one verdict of a middleware",
     limits.verdict_timeout},
  };
}

/// The group of an option, `global` if it has none, and its name in there.
std::pair<std::string, std::string> split(const std::string& name) {
  auto dot = name.find('.');
  if (dot == name.npos)
    return {"global", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// What CAF asks about the type of an option. CAF has one such table per type,
/// a static in a template: built by Clang it gets mixed up with the one in a
/// library that was built by GCC, as Debian's is, and neither is filled in.
/// This one is nobody else's.
template <class T>
const caf::config_option::meta_state* kind_of() {
  namespace impl = caf::detail;
  static const caf::config_option::meta_state kind{
    impl::check_impl<T>, impl::store_impl<T>, impl::get_impl<T>,
    impl::parse_impl_delegate<T>,
    caf::select_config_value_access_t<T>::type_name()};
  return &kind;
}

/// Adds options of one group.
class options {
public:
  options(caf::config_option_set& all, std::string group)
    : all_(all),
      group_(std::move(group)) {}

  /// The value is kept in `where`; without it, in the configuration only.
  template <class T>
  options& add(T* where, const std::string& name, const std::string& text) {
    all_.add(caf::config_option{group_, name, text, kind_of<T>(), where});
    return *this;
  }

private:
  caf::config_option_set& all_;
  std::string group_;
};

config::outcome complain(std::string_view what) {
  fmt::print(stderr, "error: {}; see --help\n", what);
  return {false, usage_fault};
}

/// CAF passes over a file that it cannot read; who names one wants it read.
bool readable(const std::string& file) {
  return std::ifstream{file}.good();
}

} // namespace

config::config() {
  config_file_path = "lungo.ini";
  auto& limits = server.limits;
  options{custom_options_, "global"}
    .add(&server.address, "address,a", "address to listen on")
    .add(&server.port, "port,p", "port to listen on; 0 picks a free one")
    .add(&server.io_threads, "io-threads",
         "threads with sockets; 0: half of the cores")
    .add(&workers, "workers", "threads for actors; 0: the other half")
    .add(&log_level, "log-level", "debug, info, warn, error or off")
    .add(&server.seed, "seed", "of what is drawn; 0: from the system")
    .add<std::string>(nullptr, "at-limit",
                      "retry-later or refuse, for an EventSource");
  options{custom_options_, "limits"}
    .add(&limits.head_bytes, "head-bytes", "octets of a request head")
    .add(&limits.head_fields, "head-fields", "fields of a request head")
    .add(&limits.target_bytes, "target-bytes", "octets of a request target")
    .add(&limits.body_bytes, "body-bytes", "octets of a request body")
    .add(&limits.streamed_body_bytes, "streamed-body-bytes",
         "octets of a request body that is read as a stream")
    .add(&limits.messages.message_bytes, "message-bytes",
         "octets of a WebSocket message")
    .add(&limits.messages.message_fragments, "message-fragments",
         "frames of a WebSocket message")
    .add(&limits.chunk_overhead_bytes, "chunk-overhead-bytes",
         "octets of chunk extensions and trailers")
    .add(&limits.connections, "connections", "open sockets")
    .add(&limits.streams, "streams", "connections of all kinds");
  options{custom_options_, "websocket"}.add(
    &server.handshake.origins, "origins",
    "origins of pages that may open WebSockets");
  options{custom_options_, "outbox"}
    .add(&server.outbox.events, "events", "frames that may wait for a peer")
    .add(&server.outbox.bytes, "bytes", "octets that may wait for a peer")
    .add(&server.outbox.window_bytes, "window-bytes",
         "octets on their way to a socket");
  auto& topics = server.topics;
  options{custom_options_, "topics"}
    .add(&topics.each.events, "events", "events of a topic's history")
    .add(&topics.each.bytes, "bytes", "octets of a topic's history")
    .add(&topics.each.event_bytes, "event-bytes", "octets of one event")
    .add(&topics.each.message_ids, "message-ids",
         "message ids kept to know repetitions by")
    .add(&topics.topics, "count", "topics of the server")
    .add(&topics.reader_topics, "reader-topics", "topics of one reader")
    .add(&topics.on_demand, "on-demand", "make topics when they are named?")
    .add(&server.topics_inbox_bytes, "inbox-bytes",
         "octets of events on their way to the topics");
  for (auto& d : durations_of(server)) {
    auto [group, name] = split(d.name);
    options{custom_options_, group}.add<caf::timespan>(nullptr, name, d.text);
  }
}

config::outcome config::load(int argc, char** argv) {
  auto default_file = config_file_path;
  if (auto failed = parse(argc, argv))
    return complain(render(failed));
  if (cli_helptext_printed)
    return {false, 0};
  if (!remainder.empty())
    return complain(fmt::format("unknown argument {}", remainder.front()));
  if (config_file_path != default_file && !readable(config_file_path))
    return complain(fmt::format("cannot read the file {}", config_file_path));
  if (auto sane = check_file(); !sane)
    return complain(sane.error().message);
  for (auto& d : durations_of(server))
    if (auto given = caf::get_if<caf::timespan>(this, d.name))
      d.where = std::chrono::duration_cast<std::chrono::milliseconds>(*given);
  if (auto given = caf::get_if<std::string>(this, "at-limit")) {
    auto how = handshake::parse_at_limit(*given);
    if (!how)
      return complain("at-limit is retry-later or refuse");
    server.handshake.at_limit = *how;
  }
  set_scheduler();
  return {};
}

/// CAF passes over what it does not know in a file, or cannot read as what it
/// should be; a setting that has no effect is worse than none. So the file is
/// read once more, as it stands.
result<void> config::check_file() const {
  if (!readable(config_file_path))
    return {};
  auto stands = parse_config_file(config_file_path.c_str());
  if (!stands)
    return error{errc::invalid_value, render(stands.error())};
  for (auto& [group, value] : *stands) {
    auto* nested = caf::get_if<caf::settings>(&value);
    if (auto fault = nested ? check_group(group, *nested)
                            : check_value("global", group, value);
        !fault)
      return fault;
  }
  return {};
}

result<void> config::check_group(const std::string& group,
                                 const caf::settings& values) const {
  for (auto& [name, value] : values)
    if (auto fault = check_value(group, name, value); !fault)
      return fault;
  return {};
}

/// Groups that are not ours may hold what only CAF, or nobody, knows.
result<void> config::check_value(const std::string& group,
                                 const std::string& name,
                                 const caf::config_value& value) const {
  auto* option = custom_options_.qualified_name_lookup(group, name);
  auto ours
    = std::set<std::string>{"global", "limits", "outbox", "topics", "websocket"}
        .contains(group);
  if (!option && ours)
    return error{errc::invalid_value, fmt::format("{} is no setting", name)};
  if (option && option->check(value))
    return error{errc::invalid_value,
                 fmt::format("{} has a value of the wrong type", name)};
  return {};
}

/// A bounded turn lets a busy actor yield.
void config::set_scheduler() {
  if (server.io_threads == 0)
    server.io_threads = default_io_threads();
  std::size_t cores = std::thread::hardware_concurrency();
  if (workers == 0)
    workers = cores > server.io_threads ? cores - server.io_threads : 1;
  caf::actor_system_config::load<worker_pool>();
  set(config_key::scheduler_threads, workers);
  set(config_key::scheduler_throughput, server.throughput);
}

} // namespace lungo
