#include "lungo/broker/websocket_session.hpp"

#include "lungo/caf.hpp"
#include "lungo/websocket/control.hpp"

#include <algorithm>
#include <utility>

namespace lungo {

namespace {

/// What a message costs beside its octets, so that empty ones are not free.
constexpr std::size_t message_overhead = 64;

flow::octets close_frame(websocket::close_code code) {
  return flow::octets::own(websocket::encode_close({code, {}}));
}

} // namespace

websocket_session::websocket_session(session_host& host, session_id id,
                                     tcp::socket socket,
                                     const msg::commit& what, std::string early)
  : committed_session(host, id, std::move(socket), what),
    decoder_(what.habits.messages->limits,
             what.habits.messages->deflate ? &host.inflater() : nullptr),
    held_(std::move(early)),
    window_(what.habits.messages->window_bytes),
    patience_(what.habits.messages->patience),
    heard_(host.now()),
    asked_(heard_) {}

void websocket_session::begin() {
  auto early = std::exchange(held_, {});
  take_in(early);
}

// -- frames in ----------------------------------------------------------------

void websocket_session::on_readable() {
  if (lingering())
    return drop_input();
  std::string_view input;
  switch (read(input)) {
  case read_result::end:
    return end(close_reason::peer_left);
  case read_result::octets:
    heard_ = host().now();
    return take_in(input);
  case read_result::nothing:
    return wait_readable();
  }
}

/// Decodes while there is credit; the messages go on together.
void websocket_session::take_in(std::string_view input) {
  msg::received messages;
  while (!heard_close_ && has_credit() && step(input, messages)) {
  }
  deliver(messages);
  flush();
  if (closed() || heard_close_)
    return;
  held_.assign(input);
  if (has_credit())
    wait_readable();
}

/// Takes one event from the decoder; false when it wants more octets. A
/// connection that has ended hears nothing any more.
bool websocket_session::step(std::string_view& input, msg::received& into) {
  using event = websocket::decoder::event;
  switch (decoder_.put(input)) {
  case event::message:
    if (connection()) {
      into.messages.push_back(decoder_.take_message());
      auto cost = into.messages.back().payload().size() + message_overhead;
      into.cost += cost;
      unhandled_ += cost;
    }
    return true;
  case event::ping:
    answer_ping(decoder_.payload());
    return true;
  case event::pong:
    return true;
  case event::close:
    deliver(into);
    answer_close();
    return false;
  case event::refused:
    deliver(into);
    fail();
    return false;
  case event::need_more:
    return false;
  }
  return false;
}

/// To be called before the connection hears of anything else.
void websocket_session::deliver(msg::received& messages) {
  if (!messages.messages.empty() && connection())
    caf::anon_send(connection(), std::exchange(messages, {}));
}

void websocket_session::taken(std::size_t cost) {
  unhandled_ -= std::min(cost, unhandled_);
  if (heard_close_ || !has_credit())
    return;
  auto held = std::exchange(held_, {});
  take_in(held);
}

// -- frames of the protocol ---------------------------------------------------

/// At once while the peer reads; else the latest when it does, since an answer
/// to each would be a queue without an end (RFC 6455, 5.5.3).
/// Behind our close frame nothing follows (RFC 6455, 5.5.1).
void websocket_session::answer_ping(std::string_view payload) {
  if (said_close_)
    return;
  pong_ = websocket::encode_pong(payload);
  if (output_empty())
    queue(flow::octets::own(std::exchange(pong_, {})));
}

/// RFC 6455, 5.5.1: with the code that it gave.
void websocket_session::answer_close() {
  auto& status = decoder_.status();
  tell_end({close_reason::peer_left, status});
  leave(flow::octets::own(websocket::encode_close({status.code, {}})));
}

/// RFC 6455, 7.1.7.
void websocket_session::fail() {
  auto& status = decoder_.status();
  tell_end({close_reason::protocol_error, status});
  leave(flow::octets::own(websocket::encode_close(status)));
}

/// The last frame; behind it our side of the TCP connection ends.
void websocket_session::leave(const flow::octets& farewell) {
  heard_close_ = true;
  held_ = {};
  pong_ = {};
  if (!std::exchange(said_close_, true))
    queue(farewell);
  if (output_empty())
    linger();
}

void websocket_session::on_flushed() {
  if (heard_close_)
    return linger();
  if (!pong_.empty() && !said_close_) {
    queue(flow::octets::own(std::exchange(pong_, {})));
    flush();
  }
}

// -- the end ------------------------------------------------------------------

/// The peer's answer is awaited, not for long.
void websocket_session::end_cleanly(const msg::finish& what) {
  if (std::exchange(said_close_, true))
    return;
  asked_ = host().now();
  unhandled_ = 0;
  queue(what.farewell.view().empty()
          ? close_frame(websocket::close_code::normal)
          : what.farewell);
  auto held = std::exchange(held_, {});
  take_in(held);
}

/// A peer that does not take what it has been sent could not read why.
void websocket_session::cut(const msg::finish& what) {
  if (!output_empty())
    return close();
  leave(what.farewell.view().empty()
          ? close_frame(websocket::close_code::internal_error)
          : what.farewell);
  flush();
}

void websocket_session::on_abort() {
  tell_end({close_reason::drained});
  cut({id(), false, close_frame(websocket::close_code::going_away)});
}

/// A peer that is not read from may have gone: what it sent before it closed is
/// still to be had, behind a reset there is nothing.
void websocket_session::look_after_unread() {
  if (look_at_peer() == peer_state::gone)
    end(close_reason::peer_left);
}

void websocket_session::on_tick(time_point now) {
  if (lingered_enough(now))
    return close();
  auto waits = said_close_ && output_empty() && !lingering();
  if (waits && now - std::max(asked_, last_write()) > linger_time)
    return close();
  if (write_stalled(now))
    return end(close_reason::too_slow);
  if (said_close_)
    return;
  look_at_age(now);
  if (!has_credit())
    return look_after_unread();
  auto asked = asked_ > heard_;
  if (asked && now - asked_ > patience_)
    return end(close_reason::peer_left);
  if (!asked && idle_for(now, heard_)) {
    asked_ = now;
    send_idle();
  }
}

} // namespace lungo
