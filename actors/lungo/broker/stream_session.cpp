#include "lungo/broker/stream_session.hpp"

#include "lungo/caf.hpp"
#include "lungo/http/codec.hpp"

namespace lungo {

stream_session::stream_session(session_host& host, session_id id,
                               tcp::socket socket, const msg::commit& what)
  : session(host, id, std::move(socket)),
    connection_(what.connection),
    idle_(what.idle),
    idle_every_(what.idle_every),
    ack_bytes_(what.ack_bytes),
    chunked_(what.chunked) {}

void stream_session::open(std::string head, const flow::octets& first) {
  queue(flow::octets::own(std::move(head)));
  queue(first);
  flush();
  wait_readable();
}

void stream_session::write(const std::vector<flow::octets>& pieces) {
  for (auto& piece : pieces)
    queue(piece);
  host().flush_later(id());
}

void stream_session::finish(bool clean) {
  if (finishing_)
    return;
  connection_ = nullptr;
  if (!clean) {
    if (!chunked_)
      reset_on_close();
    close();
    return;
  }
  finishing_ = true;
  if (chunked_)
    queue(flow::octets::literal(http::last_chunk));
  if (output_empty())
    linger();
  else
    flush();
}

// A peer that has closed its side has left: an event stream has nobody else to
// serve (RFC 9112, 9.6 allows to treat a half-close so).
void stream_session::on_readable() {
  if (lingering())
    return drop_input();
  std::string_view dropped;
  if (read(dropped) == read_result::end)
    return end(close_reason::peer_left);
  wait_readable();
}

void stream_session::on_tick(time_point now) {
  if (lingered_enough(now))
    return close();
  if (write_stalled(now))
    return end(close_reason::too_slow);
  auto idle = idle_every_.count() > 0 && output_empty() && !finishing_;
  if (idle && now - last_write() >= idle_every_) {
    queue(idle_);
    flush();
  }
}

// The connection hears of it from the supervisor, and finishes.
void stream_session::on_drain() {}

void stream_session::on_abort() {
  if (!chunked_)
    reset_on_close();
  end(close_reason::drained);
}

void stream_session::on_flushed() {
  if (finishing_)
    linger();
}

void stream_session::on_sent(std::size_t cost) {
  unacknowledged_ += cost;
  if (unacknowledged_ < ack_bytes_ || !connection_)
    return;
  caf::anon_send(connection_, msg::drained{unacknowledged_});
  unacknowledged_ = 0;
}

void stream_session::on_lost() {
  end(close_reason::peer_left);
}

void stream_session::end(close_reason reason) {
  if (connection_)
    caf::anon_send(connection_, msg::ended{reason});
  connection_ = nullptr;
  close();
}

} // namespace lungo
