#pragma once

#include "lungo/broker/session.hpp"

namespace lungo {

/// The socket of a committed stream: octets from its connection go out as they
/// come, and whatever the peer does is told to the connection. Holds no buffer
/// while idle. What the peer sends is dropped: an event stream has one
/// direction.
class stream_session : public session {
public:
  stream_session(session_host& host, session_id id, tcp::socket socket,
                 const msg::commit& what);

  /// Sends the head with the first octets, and watches the peer from now on.
  void open(std::string head, const flow::octets& first);

  /// Queues what the connection wrote; goes out with the next flush.
  void write(const std::vector<flow::octets>& pieces);

  /// The connection ended: cleanly behind what it wrote, or as a cut. The first
  /// call counts.
  void finish(bool clean);

  void on_readable() override;
  void on_tick(time_point now) override;
  void on_drain() override;
  void on_abort() override;

private:
  void on_flushed() override;
  void on_sent(std::size_t cost) override;
  void on_lost() override;

  /// Tells the connection, and closes.
  void end(close_reason reason);

  connection_actor connection_; ///< Null once it has ended.
  flow::octets idle_;
  std::chrono::milliseconds idle_every_;
  std::size_t ack_bytes_;
  std::size_t unacknowledged_ = 0;
  bool chunked_;
  bool finishing_ = false;
};

} // namespace lungo
