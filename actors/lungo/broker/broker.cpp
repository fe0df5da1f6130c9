#include "lungo/broker/broker.hpp"

#include "lungo/broker/http_session.hpp"
#include "lungo/broker/stream_session.hpp"
#include "lungo/broker/websocket_session.hpp"
#include "lungo/log.hpp"
#include "lungo/websocket/deflate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace lungo {

namespace {

constexpr std::size_t read_buffer_bytes = 64 * 1024;
/// What the kernel takes in about a millisecond.
constexpr std::size_t octets_per_turn = 1024 * 1024;
/// After so many it is looked how much they have brought.
constexpr std::size_t messages_per_look = 16;
constexpr std::chrono::milliseconds longest_tick{500};
constexpr std::chrono::milliseconds shortest_tick{10};

/// Deadlines are kept to within a quarter of themselves.
std::chrono::milliseconds tick_for(std::chrono::milliseconds deadline) {
  return std::clamp(deadline / 4, shortest_tick, longest_tick);
}

std::chrono::milliseconds tick_for(const http::limits& limits) {
  return tick_for(std::min({limits.head_timeout, limits.body_timeout,
                            limits.keep_alive_timeout, limits.write_timeout,
                            limits.exchange_timeout, limits.verdict_timeout,
                            limits.pong_timeout}));
}

} // namespace

broker::broker(caf::actor_config& cfg, broker_parts parts)
  : pinned(cfg, &parts.thread->unit()),
    parts_(std::move(parts)),
    buffer_(read_buffer_bytes),
    jitter_(parts_.config->seed + parts_.index + 1),
    tick_every_(tick_for(parts_.config->limits)) {
  look_at_clock();
}

broker::~broker() = default;

broker::behavior_type broker::make_behavior() {
  log_crashes(*this);
  accept_again();
  return {
    // Handlers are tried in this order: the most frequent first.
    [this](const msg::write& what) { write(what); },
    [this](const msg::reply& what) { reply(what); },
    [this](const msg::want_body& what) { want_body(what); },
    [this](const msg::taken& what) { taken(what); },
    [this](const msg::commit& what) { commit(what); },
    [this](const msg::finish& what) { finish(what); },
    [this](const msg::expire& what) { expire(what); },
    [this](const msg::roster& what) { parts_.roster = what.actors; },
    [this](const msg::drain&) { drain(); },
    [this](const msg::force&) { force(); },
    [this](const msg::tick&) { tick(); },
  };
}

void broker::on_exit() {
  if (parts_.acceptor)
    parts_.acceptor->pause();
  sessions_.for_each([](session& s) {
    s.on_abort();
    s.close();
  });
  parts_.supervisor = nullptr;
  parts_.roster = nullptr;
}

/// A turn ends when as many messages have been handled as any actor may, or
/// when they bring enough to write: a socket that has become ready meanwhile
/// waits for no more than that.
caf::resumable::resume_result broker::resume(caf::execution_unit* unit,
                                             size_t max_throughput) {
  auto result = resume_later;
  for (auto left = max_throughput;
       left > 0 && result == resume_later && written_ < octets_per_turn;) {
    auto some = std::min(left, messages_per_look);
    look_at_clock();
    result = pinned::resume(unit, some);
    left -= some;
  }
  written_ = 0;
  flush_dirty();
  return result;
}

// -- sockets ------------------------------------------------------------------

/// Finds the session anew when its socket is ready: it may be gone by then. The
/// broker itself is held, since dropping the last handle would end it.
class broker::ready_handler {
public:
  ready_handler(broker* self, session_id session, bool to_read)
    : held_(self->ctrl()),
      self_(self),
      session_(session),
      to_read_(to_read) {}

  void operator()(const boost::system::error_code& failed) const {
    if (failed != boost::asio::error::operation_aborted)
      self_->on_ready(session_, to_read_);
  }

private:
  caf::strong_actor_ptr held_;
  broker* self_;
  session_id session_;
  bool to_read_;
};

void broker::wait_readable(session_id s, tcp::socket& socket) {
  socket.async_wait(tcp::socket::wait_read, ready_handler{this, s, true});
}

void broker::wait_writable(session_id s, tcp::socket& socket) {
  socket.async_wait(tcp::socket::wait_write, ready_handler{this, s, false});
}

void broker::on_ready(session_id id, bool to_read) {
  auto* found = sessions_.find(id);
  if (!found)
    return;
  look_at_clock();
  try {
    if (to_read)
      found->readable();
    else
      found->writable();
  } catch (const std::exception& err) {
    log::error(fmt::format("a session failed: {}", err.what()));
    found->on_abort();
    found->close();
  }
  settle(id);
}

void broker::add(tcp::socket socket) {
  look_at_clock();
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  auto id = sessions_.reserve();
  auto made = std::make_unique<http_session>(*this, id, std::move(socket));
  auto* added = made.get();
  sessions_.put(std::move(made));
  schedule_tick();
  added->start();
  settle(id);
  full_ = sessions_.size() >= parts_.connections_max;
  if (parts_.acceptor && full_)
    parts_.acceptor->pause();
}

void broker::accept_again() {
  auto* acceptor = parts_.acceptor;
  if (!acceptor || draining_ || !acceptor->paused()
      || sessions_.size() >= parts_.connections_max)
    return;
  acceptor->resume([this](tcp::socket socket) { add(std::move(socket)); },
                   [this] { schedule_tick(); });
}

/// To be called after whatever may have closed the session.
void broker::settle(session_id id) {
  sessions_.reap(id);
  report_if_idle();
  if (full_ && sessions_.size() < parts_.connections_max) {
    full_ = false;
    accept_again();
  }
}

// -- messages -----------------------------------------------------------------

http_session* broker::awaiting(const exchange_ref& at) {
  auto* found = sessions_.find(at.session);
  auto* session = found ? found->as_http() : nullptr;
  return session && session->awaits(at.number) ? session : nullptr;
}

committed_session* broker::committed(session_id id) {
  auto* found = sessions_.find(id);
  return found ? found->as_committed() : nullptr;
}

void broker::reply(const msg::reply& what) {
  if (auto* session = awaiting(what.at)) {
    session->reply(what);
    settle(what.at.session);
  }
}

void broker::commit(const msg::commit& what) {
  auto* session = awaiting(what.at);
  if (!session) {
    anon_send(what.connection, msg::ended{close_reason::peer_left});
    return;
  }
  auto id = what.at.session;
  auto head = session->encode_opening(what);
  auto opened = make_session(what, *session);
  auto* added = opened.get();
  sessions_.put(std::move(opened));
  for (auto each : {what.habits.idle_every, what.habits.max_age})
    if (each.count() > 0)
      tick_every_ = std::min(tick_every_, tick_for(each));
  anon_send(what.connection,
            msg::committed{{broker_actor{this}, id}, added->coded()});
  added->open(std::move(head), what.habits.first);
  settle(id);
}

std::unique_ptr<committed_session> broker::make_session(const msg::commit& what,
                                                        http_session& from) {
  auto id = what.at.session;
  auto legacy = from.hand_over();
  if (what.habits.messages)
    return std::make_unique<websocket_session>(
      *this, id, std::move(legacy.socket), what, std::move(legacy.early));
  if (!what.reads_body)
    legacy.body.reset();
  return std::make_unique<stream_session>(*this, id, std::move(legacy.socket),
                                          what, std::move(legacy.body));
}

void broker::write(const msg::write& what) {
  auto* session = committed(what.session);
  if (!session)
    return;
  session->write(what.pieces);
  for (auto& piece : what.pieces)
    written_ += piece.view().size();
}

/// The tick stays as it is: one short permission is no reason to look at all
/// sessions more often.
void broker::expire(const msg::expire& what) {
  if (auto* session = committed(what.session))
    session->expire(what.at);
}

void broker::finish(const msg::finish& what) {
  if (auto* session = committed(what.session)) {
    session->finish(what);
    settle(what.session);
  }
}

/// Asked by a pipeline before the commit, by a connection behind it.
void broker::want_body(const msg::want_body& what) {
  if (auto* session = awaiting(what.at))
    session->read_body(what.whole);
  else if (auto* later = committed(what.at.session))
    later->next_piece();
  settle(what.at.session);
}

void broker::taken(const msg::taken& what) {
  if (auto* session = committed(what.session)) {
    session->taken(what.cost);
    settle(what.session);
  }
}

websocket::inflater& broker::inflater() {
  if (!inflater_)
    inflater_ = std::make_unique<websocket::inflater>();
  return *inflater_;
}

/// Takes who has connected before it counts as draining: one that is gone again
/// would let the broker look idle while others still wait.
void broker::drain() {
  if (parts_.acceptor)
    parts_.acceptor->close();
  draining_ = true;
  sessions_.for_each([](session& s) { s.on_drain(); });
  report_if_idle();
}

void broker::force() {
  drain();
  sessions_.for_each([](session& s) {
    s.on_abort();
    s.close();
  });
  report_if_idle();
}

void broker::report_if_idle() {
  if (!draining_ || reported_idle_ || sessions_.size() > 0)
    return;
  reported_idle_ = true;
  send(parts_.supervisor, msg::idle{});
}

// -- output and time ----------------------------------------------------------

void broker::flush_later(session_id session) {
  if (dirty_.empty() || dirty_.back() != session)
    dirty_.push_back(session);
}

void broker::flush_dirty() {
  for (auto id : dirty_) {
    if (auto* found = sessions_.find(id)) {
      found->flush();
      settle(id);
    }
  }
  dirty_.clear();
}

void broker::tick() {
  ticking_ = false;
  auto time = now();
  sessions_.for_each([time](session& s) { s.on_tick(time); });
  accept_again();
  report_if_idle();
  schedule_tick();
}

/// Ticks while there is anything to watch: an idle server sleeps.
void broker::schedule_tick() {
  auto starved = parts_.acceptor && parts_.acceptor->paused() && !draining_;
  if (ticking_ || (sessions_.size() == 0 && !starved))
    return;
  ticking_ = true;
  delayed_send(this, tick_every_, msg::tick{});
}

void broker::look_at_clock() {
  now_ = clock().now();
}

std::chrono::milliseconds broker::draw_retry() {
  return jitter_.between(config().reconnect_min, config().reconnect_max);
}

std::string_view broker::date() {
  auto time = now();
  if (date_.empty() || time - date_made_ >= std::chrono::seconds{1}) {
    auto wall = std::chrono::system_clock::now().time_since_epoch();
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wall);
    date_ = http::http_date(seconds.count());
    date_made_ = time;
  }
  return date_;
}

exchange_ref broker::ref(session_id session, std::uint32_t exchange) {
  return {broker_actor{this}, session, exchange};
}

std::uint64_t broker::next_exchange_id() {
  constexpr unsigned thread_shift = 48;
  return std::uint64_t{parts_.index} << thread_shift | ++exchanges_;
}

} // namespace lungo
