#pragma once

#include "lungo/interfaces.hpp"
#include "lungo/topics.hpp"

namespace lungo {

/// A handler that publishes what clients post. The route names the topic
/// (`:topic`); the body is JSON:
///
///     {"data": "42", "event": "tick", "key": "EUR", "id": "order-7"}
///
/// `data` is a string, or any other value, which is then published as JSON. The
/// others may be missing; `id` is the client's own name for the event: posted
/// again, it is not published a second time. Answers 201 with
/// `{"id": ..., "duplicate": false}`, and 200 if it was a duplicate; 400 for
/// what is no such body, 404 and 413 as the topics say.
handler_actor spawn_publish_handler(caf::actor_system& sys, const topics& to);

} // namespace lungo
