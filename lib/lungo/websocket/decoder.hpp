#pragma once

#include "lungo/utf8.hpp"
#include "lungo/websocket/close_code.hpp"
#include "lungo/websocket/decoder_limits.hpp"
#include "lungo/websocket/frame_header_scanner.hpp"
#include "lungo/websocket/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lungo::websocket {

class inflater;

/// Turns the octets of a client into messages and control frames (RFC 6455, 5),
/// strictly, and fails as early as it can. Knows no socket and no clock; one
/// per WebSocket. Not thread-safe.
///
/// The lifecycle: `put` until it says `need_more`, and look at each event
/// before the next `put`. After `close` and `refused` nothing more is taken:
/// answer with a close frame (of `status()`, if refused) and end. How the
/// octets were cut up makes no difference.
///
/// Memory grows with what has arrived, never with what is announced. Between
/// messages it holds none.
class decoder {
public:
  enum class event : std::uint8_t {
    need_more, ///< All octets are taken, nothing is whole yet.
    message,   ///< `take_message()`.
    ping,      ///< To be answered by a pong with the same `payload()`.
    pong,      ///< `payload()` is that of a ping, or nobody asked for it.
    close,     ///< The peer says `status()`, and nothing more.
    refused,   ///< The peer has to be told `status()`.
  };

  /// @param expand if the extension permessage-deflate is agreed on, always
  /// with `client_no_context_takeover`. Has to outlive the decoder; decoders of
  /// one thread can share it.
  explicit decoder(const decoder_limits& bounds, inflater* expand = nullptr);

  /// Takes octets from the front of `input`, removes from `input` what it took,
  /// and stops at the first event.
  event put(std::string_view& input);

  /// The message, once, behind `message` and before the next `put`. A text is
  /// UTF-8.
  message take_message();

  /// Of a ping or pong; valid until the next `put`.
  std::string_view payload() const noexcept { return control_; }

  /// Behind `close` what the peer said, `no_status` if nothing; behind
  /// `refused` what it is to be told: a code, and what was wrong in a sentence.
  const close_status& status() const noexcept { return status_; }

private:
  enum class stage : std::uint8_t { header, payload, closed, refused };

  const fault* begin_frame();
  const fault* begin_data_frame();
  const fault* take_payload(std::string_view& input);
  event finish_frame();
  event finish_message();
  event finish_close();
  const fault* expand();
  event refuse(const fault& why);
  void end(stage how, close_status status);
  void drop_delivered() noexcept;

  decoder_limits bounds_;
  inflater* inflater_;
  std::string buffer_;  ///< The message, as far as it is here.
  std::string control_; ///< The payload of a control frame.
  close_status status_;
  frame_header frame_;
  std::uint64_t remaining_ = 0; ///< Of the payload of the frame.
  std::size_t fragments_ = 0;   ///< Of the message; none between messages.
  frame_header_scanner header_;
  stage stage_ = stage::header;
  message_kind kind_ = message_kind::text;
  bool deflated_ = false; ///< Is the message compressed?
  utf8_checker utf8_;
};

} // namespace lungo::websocket
