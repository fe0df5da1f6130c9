#pragma once

/// What travels between the actors of Lungo. Plain values, taken by `const&`.
/// Those marked unsafe never leave the process: they hold handles, shared
/// octets or functions. `sse::event` is inspectable and may.

#include "lungo/close_reason.hpp"
#include "lungo/flow/frame.hpp"
#include "lungo/flow/octets.hpp"
#include "lungo/handshake/opening.hpp"
#include "lungo/interfaces.hpp"
#include "lungo/topic/limits.hpp"
#include "lungo/topic/subscription.hpp"
#include "lungo/websocket/decoder_limits.hpp"

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

/// What the session of a WebSocket is to do with what its peer sends.
struct message_habits {
  websocket::decoder_limits limits;
  bool deflate = false;         ///< Has the extension been agreed on?
  std::size_t window_bytes = 0; ///< Octets of messages not handled yet.
  std::chrono::milliseconds patience{0}; ///< For the answer to a ping.
};

/// How a session behaves that belongs to a connection: what the kinds of
/// upgrades make of the same few rules.
struct wire_habits {
  flow::frame first; ///< Goes out with the head.
  flow::frame idle;  ///< Goes out when nothing else has for `idle_every`.
  std::chrono::milliseconds idle_every{0}; ///< Zero: never.
  std::size_t ack_bytes = 0;               ///< `drained` in such steps.
  std::chrono::milliseconds max_age{0};    ///< Zero: any.
  std::optional<message_habits> messages;  ///< For WebSockets only.
};

/// A connection's permission holds for so long, from now on. To be sent to its
/// handle by whoever grants it.
struct renew {
  std::chrono::milliseconds in{0};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, renew& what) {
  return f(caf::meta::type_name("lungo::renew"), what.in);
}

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
  bool last = true;                    ///< Is the body whole with these?
  std::optional<error> failure{};      ///< Why there are none.
};

struct overdue {
  exchange_ref at;
};

struct reply {
  exchange_ref at;
  http::response response;
  /// The answer to HEAD of a stream: how that would be framed.
  std::optional<handshake::opening> stream{};
  bool last = false; ///< End the session behind it.
};

struct want_body {
  exchange_ref at;
  bool whole = true; ///< Else as much as comes with the next read.
};

struct admit {
  exchange_ref at;
  http::exchange_ptr exchange;
};

struct ready {
  bool reads_body = false; ///< Will it ask for the request's body?
};

struct refuse {
  error why;
};

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
  handshake::opening opening;
  wire_habits habits;
  connection_actor connection;
  bool reads_body = false;
};

struct committed {
  stream_ref stream;
  bool coded = true; ///< Does the peer get the coded form of frames?
};

struct write {
  session_id session = 0;
  std::vector<flow::octets> pieces;
};

/// Reports credit: the sum of `octets::cost` of what has left.
struct drained {
  std::size_t cost = 0;
};

/// WebSocket messages in the order in which they came; as many as one read
/// brought.
struct received {
  std::vector<websocket::message> messages;
  std::size_t cost = 0; ///< To be given back by `taken`.
};

/// Gives credit back to the session, which reads on.
struct taken {
  session_id session = 0;
  std::size_t cost = 0;
};

struct finish {
  session_id session = 0;
  bool clean = true;       ///< By the framing, behind all that was written.
  flow::octets farewell{}; ///< What the connection says last: a close frame.
};

/// The permission of the connection ends then.
struct expire {
  session_id session = 0;
  std::chrono::steady_clock::time_point at{};
};

struct ended {
  close_reason reason = close_reason::peer_left;
  /// What was said, on a WebSocket.
  websocket::close_status status{websocket::close_code::abnormal, {}};
};

/// What a topic log tells one of its readers.
struct feed {
  enum class news : unsigned char {
    begun,   ///< You are a reader now: pull.
    refused, ///< You are not, for that reason.
    events,  ///< What you pulled.
    gone,    ///< The log has ended: subscribe to its next life.
  };

  news what = news::events;
  std::shared_ptr<const topic::batch> batch{};
  std::optional<error> why{};
};

struct publish {
  std::string topic;
  topic::publication what;
  std::size_t booked = 0; ///< Octets to be given back to the publishers.
};

struct pull {
  std::size_t budget = 0; ///< Octets that the reader has room for.
};

struct subscribe {
  connection_actor who;
  topic::subscription how;
  std::string as; ///< What presence calls it.
};

struct join {
  std::string topic;
  topic::filter which;
};

struct part {
  std::string topic;
};

struct declare {
  std::string topic;
  topic::limits how;
};

struct watch {
  std::string topic;
  presence_actor who;
};

struct wake {};

struct shut {
  close_reason reason = close_reason::drained;
  /// After which the client is to come back; zero says nothing of it.
  std::chrono::milliseconds retry{0};
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

namespace websocket {

/// Builds `m` as a program would, so that only valid messages arrive.
caf::error from_parts(bool is_text, std::string payload, std::string key,
                      message& m);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, message& m) {
  auto is_text = m.is_text();
  auto payload = m.payload();
  auto key = m.key();
  return f(caf::meta::type_name("lungo::websocket::message"), is_text, payload,
           key, caf::meta::load_callback([&] {
             return from_parts(is_text, std::move(payload), std::move(key), m);
           }));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, close_status& status) {
  return f(caf::meta::type_name("lungo::websocket::close_status"), status.code,
           status.reason);
}

} // namespace websocket

namespace stream {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, piece& p) {
  return f(caf::meta::type_name("lungo::stream::piece"), p.octets);
}

} // namespace stream

namespace topic {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, joined& who) {
  return f(caf::meta::type_name("lungo::topic::joined"), who.topic, who.reader,
           who.as, who.readers);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, left& who) {
  return f(caf::meta::type_name("lungo::topic::left"), who.topic, who.reader,
           who.as, who.readers);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ask_statistics& what) {
  return f(caf::meta::type_name("lungo::topic::ask_statistics"), what.topic);
}

} // namespace topic

} // namespace lungo

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::request_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::http::verdict)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::sse::frame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::websocket::frame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::publish_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::topic::statistics)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::admit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::body)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::commit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::count)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::declare)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::enter)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::expire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::feed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::finish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::force)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::join)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::overdue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::publish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::pull)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::received)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::refuse)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::review)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::roster)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::serve)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::shut)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::want_body)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::msg::write)
