#pragma once

#include "tally.hpp"

#include <lungo/server.hpp>

namespace lungo::test {

/// Routes with ordinary answers: quick, slow, big, and one that throws.
void add_plain_routes(server& app);

/// Bodies as streams, both ways, below `/body`.
void add_body_routes(server& app, const tally& reasons);

/// Event streams of every temper.
void add_stream_routes(server& app, const tally& reasons);

/// Routes whose middleware has something to say.
void add_judged_routes(server& app, const tally& reasons);

/// WebSockets of every temper, below `/ws`.
void add_websocket_routes(server& app, const tally& reasons);

/// Topics: read, published to, watched.
void add_topic_routes(server& app, const tally& reasons);

/// Connections of all kinds whose life is bounded, below `/lifetime`.
void add_lifetime_routes(server& app, const tally& reasons);

} // namespace lungo::test
