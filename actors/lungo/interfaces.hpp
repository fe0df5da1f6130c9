#pragma once

/// Every typed actor interface of Lungo: this page is the system. Who sends a
/// message stands behind each sentence; what is in it, in `messages.hpp`. An
/// actor of Lungo includes this header and no other actor's.
///
///     session -- broker --serve--> pipeline --enter/review--> middleware
///                 ^  ^                |
///                 |  commit         admit
///           write |  |                v
///                 |  +----------- supervisor
///                 +- connection <--spawns-+
///                        |  ^
///                   pull |  | feed
///                        v  |
///     anyone --publish--> topic log

#include "lungo/http/body.hpp"
#include "lungo/http/exchange.hpp"
#include "lungo/http/verdict.hpp"
#include "lungo/sse/event.hpp"
#include "lungo/stream/piece.hpp"
#include "lungo/topic/presence.hpp"
#include "lungo/topic/publication.hpp"
#include "lungo/topic/statistics.hpp"
#include "lungo/websocket/close_code.hpp"
#include "lungo/websocket/frame.hpp"
#include "lungo/websocket/message.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace lungo {

namespace msg {

struct admit;
struct body;
struct commit;
struct committed;
struct count;
struct counts;
struct declare;
struct drain;
struct drained;
struct ended;
struct enter;
struct expire;
struct feed;
struct finish;
struct force;
struct idle;
struct join;
struct overdue;
struct part;
struct publish;
struct pull;
struct ready;
struct received;
struct refuse;
struct reply;
struct review;
struct roster;
struct serve;
struct shut;
struct subscribe;
struct taken;
struct tick;
struct wake;
struct want_body;
struct watch;
struct write;

} // namespace msg

struct renew;

/// What became of a publication, or why nothing did.
using publish_result = result<topic::published>;

/// Judges exchanges. Permanent: restarted by the supervisor if it dies.
using middleware_actor = caf::typed_actor<
  // May this request go on? (pipeline)
  caf::replies_to<msg::enter>::with<http::verdict>,
  // May this prepared response go out? (pipeline)
  caf::replies_to<msg::review>::with<http::verdict>>;

/// A handler that is an actor: for routes whose answer comes from elsewhere.
using handler_actor = caf::typed_actor<
  // Answer this request. (pipeline)
  caf::replies_to<http::request_ptr>::with<http::answer>>;

/// Takes the exchanges of one HTTP session through their chain, one by one.
using pipeline_actor = caf::typed_actor<
  // A request's head is here; its body follows if it has one. (broker)
  caf::reacts_to<msg::serve>,
  // What was asked for of the body is here. (broker)
  caf::reacts_to<msg::body>,
  // The exchange takes long: deny it if a middleware is late. (broker)
  caf::reacts_to<msg::overdue>>;

/// Owns all sockets of one I/O thread.
using broker_actor = caf::typed_actor<
  // Send this response as an ordinary one. (pipeline, supervisor)
  caf::reacts_to<msg::reply>,
  // Read the body of this request, or some more of it. (pipeline, connection)
  caf::reacts_to<msg::want_body>,
  // Send this head and make the session the connection's. (supervisor)
  caf::reacts_to<msg::commit>,
  // Send these octets to the stream's peer. (connection)
  caf::reacts_to<msg::write>,
  // So much of what the peer sent has been handled. (connection)
  caf::reacts_to<msg::taken>,
  // My permission ends then: tell me, unless I say so again. (connection)
  caf::reacts_to<msg::expire>,
  // The stream is over: end it, cleanly or not. (connection)
  caf::reacts_to<msg::finish>,
  // These are the middleware actors from now on. (supervisor)
  caf::reacts_to<msg::roster>,
  // Admit nobody, let go of the idle, report when all are gone. (supervisor)
  caf::reacts_to<msg::drain>,
  // The deadline is over: cut whatever is open. (supervisor)
  caf::reacts_to<msg::force>,
  // Look at the clock. (itself)
  caf::reacts_to<msg::tick>>;

/// Runs upgrades, and keeps alive what must not die.
using supervisor_actor = caf::typed_actor<
  // The chain approved this upgrade: commit it or answer it. (pipeline)
  caf::reacts_to<msg::admit>,
  // My init succeeded. (connection)
  caf::reacts_to<msg::ready>,
  // I refuse to begin: answer with this error. (connection)
  caf::reacts_to<msg::refuse>,
  // I have drained: no session is left. (broker)
  caf::reacts_to<msg::idle>,
  // Stop admitting, let connections end, leave. (server, signals)
  caf::reacts_to<msg::drain>,
  // Do not wait any longer. (itself, signals)
  caf::reacts_to<msg::force>,
  // Look at the clock. (itself)
  caf::reacts_to<msg::tick>,
  // How many connections are there? (anyone)
  caf::replies_to<msg::count>::with<msg::counts>>;

/// What Lungo itself says to a connection of any kind.
using connection_actor = caf::typed_actor<
  // You are committed; this is where you write to. (broker)
  caf::reacts_to<msg::committed>,
  // So much of what you wrote has left for the peer. (broker)
  caf::reacts_to<msg::drained>,
  // Your peer sent these messages. (broker)
  caf::reacts_to<msg::received>,
  // The piece that you asked for of the request's body. (broker)
  caf::reacts_to<msg::body>,
  // Your peer is gone, or was cut. (broker)
  caf::reacts_to<msg::ended>,
  // Events of the topics that you read. (topic log)
  caf::reacts_to<msg::feed>,
  // End yourself, for this reason. (supervisor, broker)
  caf::reacts_to<msg::shut>>;

/// Holds the topics of one log: their histories, and who reads them. Permanent:
/// restarted by the supervisor if it dies, with an empty history and another
/// epoch, so that readers are told of a gap.
using topic_log_actor = caf::typed_actor<
  // Add this event to a topic; where does it stand there? (anyone)
  caf::replies_to<msg::publish>::with<publish_result>,
  // Give me more, or the next event when it comes. (connection)
  caf::reacts_to<msg::pull>,
  // Make me a reader of these topics. (connection)
  caf::reacts_to<msg::subscribe>,
  // Make me a reader of this topic too. (connection)
  caf::reacts_to<msg::join>,
  // I do not read this topic any more. (connection)
  caf::reacts_to<msg::part>,
  // This topic has limits of its own. (server)
  caf::reacts_to<msg::declare>,
  // Tell this actor who comes to a topic, and who goes. (anyone)
  caf::reacts_to<msg::watch>,
  // What has become of the topics so far? (anyone)
  caf::replies_to<topic::ask_statistics>::with<topic::statistics>,
  // Serve the next of those who wait. (itself)
  caf::reacts_to<msg::wake>,
  // Look at the clock. (itself)
  caf::reacts_to<msg::tick>>;

/// Hears who reads a topic.
using presence_actor = caf::typed_actor<
  // This reader has come, or was there already. (topic log)
  caf::reacts_to<topic::joined>,
  // This reader has gone. (topic log)
  caf::reacts_to<topic::left>>;

using close_atom = caf::atom_constant<caf::atom("close")>;
inline constexpr close_atom close_atom_v{};

using revoke_atom = caf::atom_constant<caf::atom("revoke")>;
inline constexpr revoke_atom revoke_atom_v{};

/// What any actor may say to a connection, whatever its kind: each handle below
/// converts to this one.
using any_connection_actor = caf::typed_actor<
  // End behind what was pushed so far.
  caf::reacts_to<close_atom>,
  // Your permission holds for so long from now on.
  caf::reacts_to<renew>,
  // Your permission was withdrawn: end.
  caf::reacts_to<revoke_atom>>;

/// What any actor may say to an event stream. Extend it with messages of your
/// own: `sse_connection_actor::extend<...>`.
using sse_connection_actor = caf::typed_actor<
  // Send this event.
  caf::reacts_to<sse::event>,
  // Send this event, encoded once for many.
  caf::reacts_to<sse::frame>,
  // End the stream behind what was pushed so far.
  caf::reacts_to<close_atom>,
  // Your permission holds for so long from now on.
  caf::reacts_to<renew>,
  // Your permission was withdrawn: end the stream.
  caf::reacts_to<revoke_atom>>;

/// What any actor may say to a WebSocket.
using websocket_connection_actor = caf::typed_actor<
  // Send this message.
  caf::reacts_to<websocket::message>,
  // Send this message, encoded once for many.
  caf::reacts_to<websocket::frame>,
  // Close behind what was pushed so far, with this code and reason.
  caf::reacts_to<websocket::close_status>,
  // The same with code 1000.
  caf::reacts_to<close_atom>,
  // Your permission holds for so long from now on.
  caf::reacts_to<renew>,
  // Your permission was withdrawn: close with 1008.
  caf::reacts_to<revoke_atom>>;

/// What any actor may say to a streamed body.
using stream_connection_actor = caf::typed_actor<
  // Send these octets.
  caf::reacts_to<stream::piece>,
  // End the body behind what was pushed so far.
  caf::reacts_to<close_atom>,
  // Your permission holds for so long from now on.
  caf::reacts_to<renew>,
  // Your permission was withdrawn: cut the body.
  caf::reacts_to<revoke_atom>>;

} // namespace lungo
