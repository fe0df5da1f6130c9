#pragma once

#include "event_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// What a client asks for a WebSocket with, beside the target (RFC 6455, 1.3).
inline constexpr std::string_view websocket_fields
  = "Connection: Upgrade\r\n"
    "Upgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// `what` as one masked text frame: 100 octets of payload.
std::string message_frame(const event& what);

/// Reads what comes back: the head, then frames, wherever they are cut. Each
/// message is to be one frame, as `message_frame` made it; control frames are
/// passed over, but for the last one.
class websocket_reader {
public:
  /// Sent with the request.
  static constexpr std::string_view fields = websocket_fields;

  /// Takes `input` and calls `on_message` for each message that ends in it.
  /// @throws std::runtime_error on an answer other than a right 101, on a
  ///         frame that is none of ours, and when the server closes.
  template <class F>
  void put(std::string_view input, F on_message) {
    while (!input.empty())
      if (take(input))
        on_message(event_);
  }

  /// Has the head come?
  bool open() const noexcept { return open_; }

private:
  bool take(std::string_view& input);
  void take_head(std::string_view& input);
  bool finish(std::string_view frame);

  bool open_ = false;
  event event_;
  std::string held_; ///< Of a head or frame that is not whole yet.
};

} // namespace bench
