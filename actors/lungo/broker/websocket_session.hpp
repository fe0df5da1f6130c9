#pragma once

#include "lungo/broker/committed_session.hpp"
#include "lungo/websocket/decoder.hpp"

#include <string>

namespace lungo {

/// The socket of a WebSocket: takes frames off what the peer sends, answers
/// those that are the protocol's own, and passes messages on, as many as the
/// connection gives credit for. A peer whose messages are not handled is not
/// read from.
///
/// The end (RFC 6455, 7.1): whoever is first sends a close frame and the other
/// side answers it; then we end the TCP connection. What breaks the protocol is
/// told so, and not read any further.
class websocket_session : public committed_session {
public:
  /// @param early octets that came right behind the handshake.
  websocket_session(session_host& host, session_id id, tcp::socket socket,
                    const msg::commit& what, std::string early);

  void taken(std::size_t cost) override;
  void on_tick(time_point now) override;
  void on_abort() override;

private:
  void on_readable() override;
  void on_flushed() override;
  void begin() override;
  void end_cleanly(const msg::finish& what) override;
  void cut(const msg::finish& what) override;

  void take_in(std::string_view input);
  bool step(std::string_view& input, msg::received& into);
  void deliver(msg::received& messages);
  void answer_ping(std::string_view payload);
  void answer_close();
  void fail();
  void leave(const flow::octets& farewell);
  void look_after_unread();
  bool has_credit() const noexcept { return unhandled_ < window_; }

  websocket::decoder decoder_;
  std::string held_; ///< Read, but not decoded for want of credit.
  std::string pong_; ///< The latest that is due; empty: none.
  std::size_t window_;
  std::size_t unhandled_ = 0; ///< Cost of what the connection has not handled.
  std::chrono::milliseconds patience_;
  time_point heard_; ///< When the peer last sent anything.
  time_point asked_; ///< When it was last asked for a sign of life.
  bool said_close_ = false;
  bool heard_close_ = false;
};

} // namespace lungo
