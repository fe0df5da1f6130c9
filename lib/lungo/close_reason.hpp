#pragma once

#include <cstdint>
#include <string_view>

namespace lungo {

/// Why a connection ended; given to its `on_close`, once.
enum class close_reason : std::uint8_t {
  peer_left,      ///< The peer closed, half-closed, reset or vanished.
  stopped,        ///< The connection ended itself, or was told to by `close`.
  failed,         ///< Its behaviour threw, or it was killed.
  too_slow,       ///< The peer did not take what was sent; the policy cut it.
  protocol_error, ///< The peer broke the protocol, and was told so.
  drained,        ///< The server is leaving.
  expired,        ///< It reached its age, or its permission was not renewed.
  revoked,        ///< Its permission was withdrawn.
};

std::string_view to_string(close_reason reason) noexcept;

/// Does a stream that ends for this reason end by its own framing (a last
/// chunk), so that the peer sees an end and not a cut?
bool ends_cleanly(close_reason reason) noexcept;

} // namespace lungo
