#include "lungo/sse_connection.hpp"

#include <fmt/format.h>

namespace lungo::sse {

namespace {

flow::octets octets_of(const frame& what, bool chunked, std::size_t cost) {
  return {what.owner(), chunked ? what.chunk() : what.block(), cost};
}

frame gap_frame(std::uint64_t dropped) {
  return encode(event{fmt::format("{{\"dropped\":{}}}", dropped)}.name("gap"));
}

} // namespace

stream::stream(caf::actor_config& cfg, connection_start start,
               const options& how)
  : lungo::connection(cfg, std::move(start)),
    options_(how) {}

std::string stream::last_event_id() const {
  if (auto id = request().fields.get("Last-Event-ID"))
    return std::string{*id};
  return request().query_param(options_.last_event_id_query).value_or("");
}

caf::message_handler stream::protocol() {
  return {
    [this](const frame& what) { push(what); },
    [this](const event& what) { push(what); },
  };
}

void stream::encode(const flow::outbox::item& what, bool chunked,
                    std::vector<flow::octets>& into) {
  resumable_ = resumable_ || what.what.resumable();
  if (what.dropped_before > 0)
    encode_gap(what.dropped_before, chunked, into);
  into.push_back(octets_of(what.what, chunked, what.what.size()));
}

/// A client that cannot resume has no use for a gap.
void stream::encode_gap(std::uint64_t dropped, bool chunked,
                        std::vector<flow::octets>& into) {
  if (resumable_)
    into.push_back(octets_of(gap_frame(dropped), chunked, 0));
}

wire_habits detail::habits(bool chunked) {
  static const auto comment = sse::encode(event{});
  auto octets = octets_of(comment, chunked, 0);
  return {octets, octets};
}

} // namespace lungo::sse
