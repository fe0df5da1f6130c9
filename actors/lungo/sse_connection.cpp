#include "lungo/sse_connection.hpp"

#include <fmt/format.h>

namespace lungo::sse {

stream::stream(caf::actor_config& cfg, connection_start start,
               const stream_plan& plan)
  : lungo::connection(cfg, std::move(start)),
    plan_(plan) {}

std::string stream::last_event_id() const {
  auto& asked = request(); // Throws once the plan may be gone.
  return position_of_client(asked, plan_.how().last_event_id_query);
}

void stream::subscribe(const topics& from, std::vector<std::string> names,
                       subscribe_options how) {
  subscribe_to(from, std::move(names), std::move(how),
               topic::form::event_stream, is_opening() ? last_event_id() : "");
}

bool stream::receive(const mail& what) {
  return what.as<frame>([this](auto& m) { push(m); })
         || what.as<event>([this](auto& m) { push(m); })
         || lungo::connection::receive(what);
}

void stream::shut(const msg::shut& what) {
  if (takes_frames())
    retry_ = what.retry;
  lungo::connection::shut(what);
}

/// Behind all that was pushed, and beside the outbox: that may be full.
flow::octets stream::farewell(close_reason) {
  if (retry_.count() == 0)
    return {};
  return octets_of(encode(event{}.retry(retry_)), 0);
}

flow::frame stream::gap(std::uint64_t dropped) const {
  return encode(event{fmt::format("{{\"dropped\":{}}}", dropped)}.name("gap"));
}

wire_habits stream_plan::habits(const http::exchange&,
                                const settings& config) const {
  static const auto comment = encode(event{});
  wire_habits result;
  result.first = result.idle = comment;
  result.idle_every = heartbeat(config);
  return result;
}

upgrade_handler subscribe(const topics& from, std::vector<std::string> names,
                          subscribe_options which, options how) {
  return upgrade(lungo::detail::reads<connection<>>(from, std::move(names),
                                                    std::move(which)),
                 std::move(how));
}

} // namespace lungo::sse
