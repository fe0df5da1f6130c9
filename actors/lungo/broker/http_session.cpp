#include "lungo/broker/http_session.hpp"

#include "lungo/caf.hpp"

#include <utility>

namespace lungo {

http_session::http_session(session_host& host, session_id id,
                           tcp::socket socket)
  : session(host, id, std::move(socket)),
    decoder_(host.config().limits),
    since_(host.now()) {}

http_session::~http_session() {
  if (pipeline_)
    caf::anon_send_exit(pipeline_, caf::exit_reason::user_shutdown);
}

void http_session::start() {
  peer_ = peer();
  on_readable();
}

bool http_session::awaits(std::uint32_t exchange) const noexcept {
  auto out = phase_ == phase::serving || phase_ == phase::reading_body;
  return out && exchange == exchange_;
}

void http_session::enter(phase next) {
  phase_ = next;
  since_ = host().now();
}

bool http_session::reading() const noexcept {
  return phase_ == phase::idle || phase_ == phase::reading_head
         || phase_ == phase::reading_body;
}

// -- octets in ----------------------------------------------------------------

void http_session::on_readable() {
  if (lingering())
    return drop_input();
  // A wait from before the drain, which did not wait for it.
  if (!reading())
    return;
  std::string_view input;
  auto result = read(input);
  if (result == read_result::end)
    return close();
  if (result == read_result::octets)
    process(input);
  if (reading())
    wait_readable();
}

void http_session::process(std::string_view input) {
  while (reading() && step(input)) {
  }
  if (phase_ == phase::idle && !decoder_.idle())
    enter(phase::reading_head);
  else if (phase_ == phase::reading_body)
    since_ = host().now();
  if (phase_ != phase::closing)
    pending_.assign(input);
  if (phase_ == phase::reading_body && !body_whole_ && !body_.empty())
    pass_body(false);
}

void http_session::process_pending() {
  auto held = std::exchange(pending_, {});
  process(held);
}

/// Takes one event from the decoder; false when it wants more octets.
bool http_session::step(std::string_view& input) {
  using event = http::request_decoder::event;
  switch (decoder_.put(input)) {
  case event::head:
    serve();
    return true;
  case event::body:
    body_ += decoder_.piece();
    return true;
  case event::complete:
    body_unread_ = false;
    pass_body(true);
    return true;
  case event::refused:
    if (phase_ == phase::reading_body)
      pass_body(true, decoder_.refusal());
    else
      refuse(decoder_.refusal());
    return true;
  default:
    return false;
  }
}

// -- the exchange -------------------------------------------------------------

void http_session::serve() {
  auto request = std::make_shared<http::request>(std::move(decoder_.head()));
  request->peer = peer_;
  request->id = host().next_exchange_id();
  version_ = request->version;
  head_request_ = request->method == http::method::head;
  body_unread_ = decoder_.has_body();
  body_begun_ = false;
  if (!body_unread_) {
    std::string_view none;
    decoder_.put(none);
  }
  if (!pipeline_)
    pipeline_ = host().spawn_pipeline();
  ++exchange_;
  enter(phase::serving);
  caf::anon_send(pipeline_,
                 msg::serve{host().ref(id(), exchange_), std::move(request),
                            body_unread_, host().roster()});
}

void http_session::read_body(bool whole) {
  if (phase_ != phase::serving || !body_unread_)
    return;
  enter(phase::reading_body);
  body_whole_ = whole;
  auto begins = !std::exchange(body_begun_, true);
  if (begins && whole)
    decoder_.limit_body(host().config().limits.body_bytes);
  // A length over the limit is known without a word from the client.
  if (begins && pending_.empty())
    process({});
  if (begins && reading() && decoder_.expects_continue() && pending_.empty()) {
    queue(flow::octets::literal(http::continue_response));
    flush();
  }
  process_pending();
  if (reading())
    wait_readable();
}

void http_session::pass_body(bool last, std::optional<error> failure) {
  enter(phase::serving);
  auto octets = std::make_shared<std::string>(std::exchange(body_, {}));
  caf::anon_send(pipeline_,
                 msg::body{host().ref(id(), exchange_), std::move(octets), last,
                           std::move(failure)});
}

// -- octets out ---------------------------------------------------------------

void http_session::reply(const msg::reply& what) {
  auto keep = decoder_.keep_alive() && !body_unread_ && !host().draining()
              && !what.last;
  auto& answer = what.response;
  if (what.stream) {
    enter(keep ? phase::replying : phase::closing);
    queue(flow::octets::own(encode(*what.stream, keep)));
    return flush();
  }
  if (answer.status < http::status::ok)
    return refuse({errc::internal, "the server failed to answer"});
  send(answer, http::framing_for(answer.status), !head_request_, keep);
}

/// Answers in place of the pipeline, and ends the session.
void http_session::refuse(const error& why) {
  if (phase_ == phase::idle || phase_ == phase::reading_head)
    head_request_ = decoder_.head().method == http::method::head;
  send(http::error_response(why), http::framing::length, !head_request_, false);
}

void http_session::send(const http::response& what, http::framing how,
                        bool with_body, bool keep_alive) {
  enter(keep_alive ? phase::replying : phase::closing);
  auto head = http::encode_head(what, how, what.body.size(), keep_alive,
                                version_, host().date());
  if (with_body && how == http::framing::length)
    head += what.body;
  queue(flow::octets::own(std::move(head)));
  flush();
}

std::string http_session::encode(const handshake::opening& what,
                                 bool keep_alive) const {
  return http::encode_head(what.head, what.framing, what.content_length,
                           keep_alive, version_, host().date());
}

std::string http_session::encode_opening(const msg::commit& what) const {
  auto waits = what.reads_body && body_unread_ && decoder_.expects_continue()
               && pending_.empty();
  std::string head{waits ? http::continue_response : ""};
  return head += encode(what.opening, false);
}

http_session::legacy http_session::hand_over() {
  legacy all{release(), std::move(pending_)};
  if (body_unread_)
    all.body = std::make_unique<incoming_body>(
      incoming_body{std::move(decoder_), std::exchange(all.early, {})});
  return all;
}

void http_session::on_flushed() {
  if (phase_ == phase::closing)
    return linger();
  if (phase_ != phase::replying)
    return;
  decoder_.next();
  enter(phase::idle);
  process_pending();
  // Kept alive by an answer from before the drain.
  if (phase_ == phase::idle && host().draining())
    return linger();
  if (reading())
    wait_readable();
}

void http_session::on_lost() {
  close();
}

// -- time ---------------------------------------------------------------------

void http_session::on_tick(time_point now) {
  auto& limits = host().config().limits;
  auto waited = now - since_;
  if (lingered_enough(now) || write_stalled(now))
    return close();
  switch (phase_) {
  case phase::idle:
    if (waited > limits.keep_alive_timeout)
      close();
    break;
  case phase::reading_head:
    if (waited > limits.head_timeout)
      refuse({errc::request_timeout, "the request came too slowly"});
    break;
  case phase::reading_body:
    if (waited > limits.body_timeout)
      pass_body(true, error{errc::request_timeout, "the body came too slowly"});
    break;
  case phase::serving:
    if (waited > limits.exchange_timeout)
      refuse({errc::unavailable, "the answer took too long"});
    else if (waited > limits.verdict_timeout)
      caf::anon_send(pipeline_, msg::overdue{host().ref(id(), exchange_)});
    break;
  default:
    break;
  }
}

/// A request that has come by now is answered.
void http_session::on_drain() {
  if (phase_ == phase::idle)
    on_readable();
  if (phase_ == phase::idle)
    close();
}

void http_session::on_abort() {
  close();
}

} // namespace lungo
