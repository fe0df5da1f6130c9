#pragma once

#include "lungo/broker/session.hpp"

namespace lungo {

/// The socket of a committed upgrade: octets from its connection go out as they
/// come, and whatever becomes of the peer is told to the connection. Holds no
/// buffer while idle. What the kinds do with what the peer sends, and how they
/// end, is theirs.
class committed_session : public session {
public:
  committed_session(session_host& host, session_id id, tcp::socket socket,
                    const msg::commit& what);

  committed_session* as_committed() noexcept override { return this; }

  /// Sends the head with the first octets, and watches the peer from now on.
  void open(std::string head, const flow::frame& first);

  /// Queues what the connection wrote; goes out with the next flush.
  void write(const std::vector<flow::octets>& pieces);

  /// The connection's permission ends then; in place of what it said before.
  void expire(time_point at) { expires_ = at; }

  /// The connection ended: cleanly behind what it wrote, or as a cut. The first
  /// call counts.
  void finish(const msg::finish& what);

  /// The connection asks for more of the request's body.
  virtual void next_piece() {}

  /// The connection has handled so much of what it was given.
  virtual void taken(std::size_t) {}

  /// The connection hears of it from the supervisor, and finishes.
  void on_drain() override {}

  /// Does the peer get the coded form of frames?
  bool coded() const noexcept { return coded_; }

protected:
  /// Begins to read, behind the head.
  virtual void begin() = 0;

  /// Says that this is the end, behind all that is queued. The session goes on
  /// until the peer knows.
  virtual void end_cleanly(const msg::finish& what) = 0;

  /// Does all it can to let the peer see that something is missing.
  virtual void cut(const msg::finish& what) = 0;

  void on_sent(std::size_t cost) override;
  void on_lost() override { end(close_reason::peer_left); }

  void queue_frame(const flow::frame& what);

  /// Tells the connection once when its time is over. It ends itself, behind
  /// what it has pushed; whoever renews after this is too late.
  void look_at_age(time_point now);

  /// Has nothing gone out for so long that the idle frame is due?
  bool idle_for(time_point now, time_point since) const;
  void send_idle();

  /// Tells the connection, which counts as gone from then on.
  void tell_end(msg::ended how);

  /// Tells the connection, and closes.
  void end(close_reason reason);

  const connection_actor& connection() const noexcept { return connection_; }
  bool finishing() const noexcept { return finishing_; }

private:
  connection_actor connection_; ///< Null once it has ended.
  flow::frame idle_;
  std::chrono::milliseconds idle_every_;
  time_point oldest_;                      ///< When it has reached its age.
  time_point expires_ = time_point::max(); ///< When its permission ends.
  std::size_t ack_bytes_;
  std::size_t unacknowledged_ = 0;
  bool coded_;
  bool finishing_ = false;
  bool told_age_ = false;
};

} // namespace lungo
