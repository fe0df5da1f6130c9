#pragma once

#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lungo {

namespace websocket {
class inflater;
}

class committed_session;
class http_session;

/// What a session asks of the broker that owns it.
class session_host {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~session_host() = default;

  /// The actor clock's time, when the broker last looked: before it handled
  /// what it is handling now, or some messages earlier.
  virtual time_point now() const = 0;
  /// A buffer that all sessions of the thread share; valid until control goes
  /// back to the event loop.
  virtual std::span<char> read_buffer() = 0;
  virtual const settings& config() const = 0;
  virtual bool draining() const = 0;
  /// After how long a client whose stream ends is to come back.
  virtual std::chrono::milliseconds draw_retry() = 0;
  /// The value of `Date`, at most a second old.
  virtual std::string_view date() = 0;
  virtual exchange_ref ref(session_id session, std::uint32_t exchange) = 0;
  /// The next number of an exchange.
  virtual std::uint64_t next_exchange_id() = 0;
  virtual middleware_roster roster() const = 0;
  virtual pipeline_actor spawn_pipeline() = 0;
  /// Expands what peers compressed; shared by all sessions of the thread.
  virtual websocket::inflater& inflater() = 0;
  /// Flushes the session's output when the broker has read its mailbox.
  virtual void flush_later(session_id session) = 0;
  /// Calls `readable` or `writable` of the session, if it is still there, when
  /// its socket is.
  virtual void wait_readable(session_id s, boost::asio::ip::tcp::socket&) = 0;
  virtual void wait_writable(session_id s, boost::asio::ip::tcp::socket&) = 0;
};

/// The I/O object of one socket; no actor. Lives in its broker's table and is
/// only touched on its broker's thread. Ends by `close`: the broker then takes
/// it out of the table.
class session {
public:
  using tcp = boost::asio::ip::tcp;
  using time_point = session_host::time_point;

  session(session_host& host, session_id id, tcp::socket socket);
  virtual ~session() = default;
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// What it is, or null.
  virtual http_session* as_http() noexcept { return nullptr; }
  virtual committed_session* as_committed() noexcept { return nullptr; }

  /// The socket that `wait_readable` waited for has octets, or its end.
  void readable();

  /// The kernel takes octets again.
  void writable();

  /// A deadline may have passed.
  virtual void on_tick(time_point now) = 0;

  /// The server drains: nothing new may begin.
  virtual void on_drain() = 0;

  /// The session is being closed from outside, at a deadline or since the
  /// broker ends.
  virtual void on_abort() = 0;

  /// Writes as much of the output as the kernel takes, many pieces at once.
  void flush();

  bool closed() const noexcept { return !socket_.is_open(); }
  session_id id() const noexcept { return id_; }

  /// Closes the socket at once. What the kernel has, it still sends.
  void close();

protected:
  enum class read_result : unsigned char { octets, nothing, end };

  /// Reads into the shared buffer without waiting; `got` views what came.
  read_result read(std::string_view& got);

  void queue(flow::octets piece);
  bool output_empty() const noexcept { return output_.empty(); }
  void wait_readable();

  /// Has the kernel taken nothing for longer than the write timeout?
  bool write_stalled(time_point now) const;

  /// What is known of the peer without reading: for sessions that do not read
  /// at the moment.
  enum class peer_state : unsigned char { there, half_closed, gone };
  peer_state look_at_peer();

  /// Tells the peer that this is the end, and waits for its own: closing at
  /// once could destroy what is still on the way (RFC 9112, 9.6).
  void linger();
  bool lingering() const noexcept { return lingering_; }

  /// Reads and drops what comes while lingering; ends with the peer's end.
  void drop_input();

  /// How long a peer may take to close its side.
  static constexpr std::chrono::seconds linger_time{2};
  bool lingered_enough(time_point now) const;

  /// Makes `close` reset the connection, where an end would look like success.
  void reset_on_close();

  /// Octets, or the end, can be read.
  virtual void on_readable() = 0;
  /// All output has been given to the kernel.
  virtual void on_flushed() = 0;
  /// Credit of `cost` has left.
  virtual void on_sent(std::size_t cost) = 0;
  /// The socket failed.
  virtual void on_lost() = 0;

  /// `ADDRESS:PORT` of the peer.
  std::string peer() const;

  tcp::socket release() { return std::move(socket_); }
  session_host& host() const noexcept { return host_; }
  time_point last_write() const noexcept { return last_write_; }

private:
  void sent(std::size_t bytes);

  session_host& host_;
  session_id id_;
  tcp::socket socket_;
  std::vector<flow::octets> output_;
  std::size_t output_first_ = 0;  ///< Index of the piece to send next.
  std::size_t output_offset_ = 0; ///< Octets of it that have left.
  time_point last_write_;         ///< When the kernel last took octets.
  bool reading_ = false;
  bool blocked_ = false; ///< Waiting until the kernel takes octets again.
  bool lingering_ = false;
};

} // namespace lungo
