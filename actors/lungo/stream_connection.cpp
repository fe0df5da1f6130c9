#include "lungo/stream_connection.hpp"

#include "lungo/http/chunk.hpp"
#include "lungo/log.hpp"

#include <stdexcept>

namespace lungo::stream {

namespace {

flow::frame encode(std::string_view octets) {
  return flow::frame::wrapped(http::chunk_header{octets.size()}, octets,
                              http::chunk_end, {}, false);
}

} // namespace

transfer::transfer(caf::actor_config& cfg, connection_start start,
                   const transfer_plan& plan)
  : lungo::connection(cfg, start),
    of_request_(start.exchange->of_request),
    of_response_(start.exchange->of_response) {
  if (of_response_.empty())
    missing_ = plan.how().length;
}

// -- the response -------------------------------------------------------------

void transfer::push(std::string_view octets) {
  if (!takes_frames())
    return;
  if (of_response_.empty())
    send_on(octets);
  else
    send_on(of_response_.apply(std::string{octets}, false));
}

/// An empty chunk would be the last one.
void transfer::send_on(std::string_view octets) {
  if (missing_ && octets.size() > *missing_)
    throw std::length_error("a streamed body is longer than was promised");
  if (missing_)
    *missing_ -= octets.size();
  if (!octets.empty())
    push_frame(encode(octets));
}

/// What a transform still holds is due. A body that lacks octets of its length
/// has no end.
close_reason transfer::on_closing(close_reason reason) {
  if (!of_response_.empty())
    send_on(of_response_.apply({}, true));
  if (missing_.value_or(0) == 0)
    return reason;
  log::error("a streamed body is shorter than was promised");
  return close_reason::failed;
}

/// A body that ends before it is whole would look whole. So a server that
/// leaves lets it go on, and cuts it at its deadline.
void transfer::shut(const msg::shut& what) {
  if (what.reason != close_reason::drained)
    end(what.reason);
}

bool transfer::is_whole(close_reason reason) const {
  return reason == close_reason::stopped;
}

// -- the request --------------------------------------------------------------

void transfer::on_body(std::function<void(std::string_view)> f) {
  on_body_ = std::move(f);
}

void transfer::on_body_end(std::function<void()> f) {
  on_body_end_ = std::move(f);
}

bool transfer::reads_body() const {
  return on_body_ || on_body_end_;
}

void transfer::resume() {
  paused_ = false;
  ask();
}

bool transfer::receive(const mail& what) {
  return what.as<msg::body>([this](auto& m) { take(m); })
         || what.as<piece>([this](auto& m) { push(m.octets); })
         || lungo::connection::receive(what);
}

/// One piece at a time, and none for a client that does not take ours.
void transfer::ask() {
  if (asked_ || paused_ || !reads_body() || !is_open() || !writable())
    return;
  asked_ = true;
  send(writes_to().broker,
       msg::want_body{{writes_to().broker, writes_to().session}, false});
}

void transfer::take(const msg::body& what) {
  if (!is_open())
    return;
  auto octets = of_request_.apply(std::move(*what.octets), what.last);
  // Taken out while it runs: it may end the connection, and itself with it.
  auto f = std::exchange(on_body_, nullptr);
  if (f && !octets.empty())
    f(octets);
  if (!is_open())
    return;
  if (!what.last) {
    on_body_ = std::move(f);
    asked_ = false;
    return ask();
  }
  if (auto tell = std::exchange(on_body_end_, nullptr))
    tell();
}

void transfer::tell_closed(close_reason reason) {
  on_body_ = nullptr;
  on_body_end_ = nullptr;
  lungo::connection::tell_closed(reason);
}

wire_habits transfer_plan::habits(const http::exchange&,
                                  const settings&) const {
  return {};
}

} // namespace lungo::stream
