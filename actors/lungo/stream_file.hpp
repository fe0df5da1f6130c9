#pragma once

#include "lungo/stream_connection.hpp"

#include <filesystem>
#include <string>

namespace lungo::stream {

/// The file at `path` as a streamed body of known length: read while the client
/// takes it, by windows of the outbox, and never held whole. What it is called
/// to the client is `type`, a media type. 404 if there is none that can be
/// read; a cut if it gets shorter meanwhile.
///
/// Reading blocks a worker for as long as the disk takes.
http::answer file(const std::filesystem::path& path, const std::string& type);

} // namespace lungo::stream
