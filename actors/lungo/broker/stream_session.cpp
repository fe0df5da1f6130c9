#include "lungo/broker/stream_session.hpp"

#include "lungo/caf.hpp"
#include "lungo/http/chunk.hpp"
#include "lungo/log.hpp"

#include <utility>

namespace lungo {

stream_session::stream_session(session_host& host, session_id id,
                               tcp::socket socket, const msg::commit& what,
                               std::unique_ptr<incoming_body> body)
  : committed_session(host, id, std::move(socket), what),
    body_(std::move(body)),
    framing_(what.opening.framing) {}

void stream_session::begin() {
  if (!body_)
    wait_readable();
}

// -- the end ------------------------------------------------------------------

void stream_session::end_cleanly(const msg::finish& what) {
  body_.reset();
  if (!what.farewell.view().empty())
    queue(what.farewell);
  if (framing_ == http::framing::chunked)
    queue(flow::octets::literal(http::last_chunk));
  if (output_empty())
    linger();
}

void stream_session::on_flushed() {
  if (finishing())
    linger();
}

void stream_session::cut(const msg::finish&) {
  cut_off(close_reason::failed);
}

void stream_session::on_abort() {
  cut_off(close_reason::drained);
}

/// Without chunks the end of the connection is an end, and only a reset a cut
/// (RFC 9112, 6.3).
void stream_session::cut_off(close_reason reason) {
  if (framing_ == http::framing::close)
    reset_on_close();
  end(reason);
}

// -- what the peer does -------------------------------------------------------

// A peer that has closed its side has left: a stream has nobody else to serve
// (RFC 9112, 9.6 allows to treat a half-close so).
void stream_session::on_readable() {
  if (lingering())
    return drop_input();
  if (body_)
    return read_body();
  std::string_view dropped;
  if (read(dropped) == read_result::end)
    return cut_off(close_reason::peer_left);
  wait_readable();
}

void stream_session::on_tick(time_point now) {
  if (lingered_enough(now))
    return close();
  auto slow = body_ && body_->wanted
              && now - wanted_since_ > host().config().limits.body_timeout;
  if (slow || write_stalled(now))
    return cut_off(close_reason::too_slow);
  // Nobody reads meanwhile, so nobody would see it leave.
  auto paused = body_ && !body_->wanted && !finishing();
  if (paused && look_at_peer() != peer_state::there)
    return cut_off(close_reason::peer_left);
  look_at_age(now);
  if (idle_for(now, last_write()))
    send_idle();
}

// -- the request's body -------------------------------------------------------

void stream_session::next_piece() {
  if (!body_)
    return pass({}, true);
  if (body_->wanted)
    return;
  body_->wanted = true;
  wanted_since_ = host().now();
  auto held = std::exchange(body_->pending, {});
  decode(held);
  if (body_ && body_->wanted)
    wait_readable();
}

void stream_session::read_body() {
  std::string_view input;
  switch (read(input)) {
  case read_result::end:
    return cut_off(close_reason::peer_left);
  case read_result::octets:
    decode(input);
    break;
  case read_result::nothing:
    break;
  }
  if (!body_ || body_->wanted)
    wait_readable();
}

/// All that is here makes one piece; what came behind the body is dropped.
void stream_session::decode(std::string_view input) {
  using event = http::request_decoder::event;
  std::string octets;
  for (;;) {
    switch (body_->decoder.put(input)) {
    case event::body:
      octets += body_->decoder.piece();
      continue;
    case event::complete:
      body_.reset();
      return pass(std::move(octets), true);
    case event::refused:
      log::debug(body_->decoder.refusal().message);
      return cut_off(close_reason::protocol_error);
    case event::need_more:
    case event::head:
      if (!octets.empty())
        pass(std::move(octets), false);
      return;
    }
  }
}

void stream_session::pass(std::string octets, bool last) {
  if (body_)
    body_->wanted = false;
  if (connection())
    caf::anon_send(connection(),
                   msg::body{host().ref(id(), 0),
                             std::make_shared<std::string>(std::move(octets)),
                             last, std::nullopt});
  if (last)
    wait_readable();
}

} // namespace lungo
