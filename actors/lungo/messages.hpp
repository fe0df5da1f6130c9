#pragma once

/// What travels between the actors of Lungo. Plain values, taken by `const&`.
/// Those marked unsafe never leave the process: they hold handles, shared
/// octets or functions. `sse::event` is inspectable and may.

#include "lungo/close_reason.hpp"
#include "lungo/flow/octets.hpp"
#include "lungo/interfaces.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lungo {

/// Names one session of one broker, and never a second one.
using session_id = std::uint64_t;

/// Names one exchange: where its answer is to be sent. A late answer, to an
/// exchange that is over, counts for nothing.
struct exchange_ref {
  broker_actor broker;
  session_id session = 0;
  std::uint32_t number = 0; ///< Of the session's exchanges.
};

/// Where a connection writes to: given at its commit. Not "the socket".
struct stream_ref {
  broker_actor broker;
  session_id session = 0;
};

/// The middleware actors of today, by their number in the route table.
using middleware_roster = std::shared_ptr<const std::vector<middleware_actor>>;

namespace msg {

struct enter {
  http::request_ptr request;
};

struct review {
  http::exchange_ptr exchange;
};

struct serve {
  exchange_ref at;
  /// Nobody else holds it, so the receiver may complete it.
  std::shared_ptr<http::request> request;
  bool has_body = false; ///< Ask with `want_body` before the handler.
  middleware_roster roster;
};

struct body {
  exchange_ref at;
  std::shared_ptr<std::string> octets; ///< The receiver may move from it.
  std::optional<error> failure;        ///< Why there is none.
};

struct overdue {
  exchange_ref at;
};

struct reply {
  exchange_ref at;
  http::response response;
  bool head_of_stream = false; ///< HEAD of a stream: no length is known.
};

struct want_body {
  exchange_ref at;
};

struct admit {
  exchange_ref at;
  http::exchange_ptr exchange;
};

struct ready {};

struct idle {};

struct count {};

struct counts {
  std::uint64_t connections = 0; ///< Alive, from spawn to end.
  std::uint64_t spawned = 0;     ///< Ever.
  std::uint64_t admissions = 0;  ///< Waiting for their init.
  bool draining = false;
};

struct commit {
  exchange_ref at;
  http::response head;
  bool chunked = true;
  flow::octets first;                   ///< Goes out with the head.
  flow::octets idle;                    ///< Sent when nothing else was.
  std::chrono::milliseconds idle_every; ///< Zero: never.
  std::size_t ack_bytes;                ///< Report `drained` in such steps.
  connection_actor connection;
};

struct committed {
  stream_ref stream;
  bool chunked = true; ///< Else the peer gets blocks without chunk framing.
};

struct write {
  session_id session = 0;
  std::vector<flow::octets> pieces;
};

/// Reports credit: the sum of `octets::cost` of what has left.
struct drained {
  std::size_t cost = 0;
};

struct finish {
  session_id session = 0;
  bool clean = true; ///< With the last chunk, behind all that was written.
};

struct ended {
  close_reason reason = close_reason::peer_left;
};

struct shut {
  close_reason reason = close_reason::drained;
};

struct roster {
  middleware_roster actors;
};

struct drain {
  std::chrono::milliseconds deadline{10'000};
};

struct force {};

struct tick {};

} // namespace msg

namespace sse {

/// What an event is made of, flat; how it travels between nodes.
struct event_parts {
  bool has_data = false;
  bool has_id = false;
  bool has_comment = false;
  std::string data;
  std::string id;
  std::string comment;
  std::string name;
  std::string key;
  std::int64_t retry_ms = -1;
};

event_parts to_parts(const event& e);

/// Builds `e` through its setters, so that only valid events arrive.
caf::error from_parts(event_parts parts, event& e);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, event& e) {
  auto p = to_parts(e);
  return f(caf::meta::type_name("lungo::sse::event"), p.has_data, p.has_id,
           p.has_comment, p.data, p.id, p.comment, p.name, p.key, p.retry_ms,
           caf::meta::load_callback([&] { return from_parts(p, e); }));
}

} // namespace sse

} // namespace lungo

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::request_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::verdict)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::sse::frame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::admit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::body)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::commit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::count)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::enter)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::finish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::force)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::overdue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::review)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::roster)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::serve)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::shut)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::want_body)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::write)
