#pragma once

#include "lungo/broker/committed_session.hpp"
#include "lungo/http/codec.hpp"

#include <memory>
#include <string>

namespace lungo {

/// A request's body on its way to a connection that reads it.
struct incoming_body {
  http::request_decoder decoder;
  std::string pending; ///< Read, but not decoded yet.
  bool wanted = false; ///< The connection waits for a piece.
};

/// The socket of an event stream or of a streamed body: an HTTP response that
/// goes on. What the peer sends behind the request, or of a body that nobody
/// asks for, is dropped.
class stream_session : public committed_session {
public:
  /// @param body null if there is none, or nobody reads it.
  stream_session(session_host& host, session_id id, tcp::socket socket,
                 const msg::commit& what, std::unique_ptr<incoming_body> body);

  void next_piece() override;
  void on_tick(time_point now) override;
  void on_abort() override;

private:
  void on_readable() override;
  void on_flushed() override;
  void begin() override;
  void end_cleanly(const msg::finish& what) override;
  void cut(const msg::finish& what) override;

  /// Ends without an end of the body, and tells the connection if it lives.
  void cut_off(close_reason reason);

  void read_body();
  void decode(std::string_view input);
  void pass(std::string octets, bool last);

  std::unique_ptr<incoming_body> body_; ///< Null once it is whole.
  time_point wanted_since_;
  http::framing framing_;
};

} // namespace lungo
