#pragma once

#include "lungo/http/message.hpp"
#include "lungo/http/upgrade.hpp"

namespace lungo::handshake {

/// May this request become that? Checked once more when the chain has
/// approved, clause by clause, before anything is spawned. The error's status
/// is what the client gets.
///
/// An event stream and a streamed body are ordinary responses to their
/// requests (WHATWG HTML, 9.2.2 asks nothing of the request but that it is
/// understood; `Accept` is not required), so every request with a handler may
/// have one.
result<void> validate(const http::request& request, http::upgrade_kind kind);

} // namespace lungo::handshake
