#include "lungo/connection.hpp"

#include "lungo/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lungo {

namespace {

/// Comes behind all messages that are queued already, so that what they push
/// leaves in one write.
struct flush {};

/// A period of `every` is over.
struct beat_due {
  std::size_t index;
};

} // namespace

} // namespace lungo

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::beat_due)

namespace lungo {

namespace {

/// An actor without any handler would end.
caf::behavior or_any(caf::message_handler users) {
  struct nothing {};
  static const caf::behavior none{[](const nothing&) {}};
  caf::behavior made{std::move(users)};
  return made ? made : none;
}

} // namespace

connection::connection(caf::actor_config& cfg, connection_start start)
  : caf::event_based_actor(cfg),
    outbox_(start.outbox),
    start_(std::move(start)) {}

const http::request& connection::request() const {
  return *exchange().request;
}

const http::exchange& connection::exchange() const {
  if (!start_.exchange)
    throw std::logic_error("request() is there during on_open only; copy what "
                           "you need for longer");
  return *start_.exchange;
}

void connection::on_close(std::function<void(close_reason)> f) {
  on_close_ = std::move(f);
}

void connection::on_drained(std::function<void()> f) {
  on_drained_ = std::move(f);
  drained_replaced_ = behind_ = dirty_ = true;
}

void connection::every(std::chrono::milliseconds period,
                       std::function<void()> f) {
  if (period.count() <= 0)
    throw invalid_value("every needs a period of more than zero");
  rhythms_.push_back({period, std::move(f)});
  delayed_send(this, period, beat_due{rhythms_.size() - 1});
}

/// The function is taken out while it runs, since it may add another one, and
/// put back as it is, since it may have a state of its own.
void connection::beat(std::size_t index) {
  if (ended())
    return;
  auto beat = std::move(rhythms_[index].beat);
  beat();
  if (ended())
    return;
  rhythms_[index].beat = std::move(beat);
  delayed_send(this, rhythms_[index].period, beat_due{index});
}

/// Before the commit there is nobody to tell yet.
void connection::expires_in(std::chrono::milliseconds time) {
  if (!takes_frames())
    return;
  auto now = clock().now();
  auto most = std::chrono::floor<std::chrono::milliseconds>(never - now);
  expires_ = time < most ? now + std::max(time, time.zero()) : never;
  tell_expiry();
}

void connection::tell_expiry() {
  if (stream_.broker)
    send(stream_.broker, msg::expire{stream_.session, expires_});
}

bool connection::writable() noexcept {
  auto answer = stage_ == stage::open && outbox_.writable();
  behind_ = behind_ || !answer;
  return answer;
}

const flow::outbox::counters& connection::counted() const noexcept {
  return outbox_.counted();
}

// -- life ---------------------------------------------------------------------

caf::behavior connection::make_behavior() {
  caf::event_based_actor::set_default_handler(
    [](caf::scheduled_actor* self,
       caf::message_view& what) -> caf::result<caf::message> {
      if (static_cast<connection*>(self)->receive(mail{what}))
        return caf::message{};
      log::warn(fmt::format("{} has no handler for {}", self->name(),
                            to_string(what.content())));
      return caf::sec::unexpected_message;
    });
  log_crashes(*this);
  auto users = open();
  say_ready(start_.supervisor, reads_body());
  start_ = {};
  return or_any(std::move(users));
}

bool connection::receive(const mail& what) {
  return what.as<msg::drained>([this](auto& m) { drained(m.cost); })
         || what.as<flush>([this](auto&) {
              flush_queued_ = false;
              settle();
            })
         || what.as<msg::committed>([this](auto& m) { committed(m); })
         || what.as<msg::ended>([this](auto& m) { lost(m.reason); })
         || what.as<msg::shut>([this](auto& m) { shut(m); })
         || what.as<beat_due>([this](auto& m) { beat(m.index); })
         || what.as<close_atom>([this](auto&) { close(); })
         || what.as<renew>([this](auto& m) { expires_in(m.in); })
         || what.as<revoke_atom>(
           [this](auto&) { shut({close_reason::revoked}); })
         || receive_of_topics(what);
}

void connection::become_handlers(caf::message_handler users) {
  become(or_any(std::move(users)));
}

void connection::on_exit() {
  conclude(close_reason::failed);
  start_ = {};
  on_drained_ = nullptr;
  rhythms_.clear();
  reading_.reset();
}

void connection::committed(const msg::committed& what) {
  stream_ = what.stream;
  coded_ = what.coded;
  dirty_ = true;
  if (stage_ != stage::opening)
    return;
  stage_ = stage::open;
  if (expires_ != never)
    tell_expiry();
  on_committed();
}

void connection::drained(std::size_t cost) {
  outbox_.drained(cost);
  dirty_ = true;
}

void connection::lost(close_reason reason) {
  stream_ = {};
  conclude(reason);
  caf::event_based_actor::quit();
}

void connection::close(close_reason reason) {
  if (stage_ == stage::closing || ended())
    return;
  reason_ = on_closing(reason);
  stage_ = stage::closing;
  dirty_ = true;
}

/// Who has not heard of its commit leaves its stream to the supervisor.
void connection::end(close_reason reason) {
  auto finishes = stream_.broker != nullptr;
  conclude(reason);
  if (finishes)
    caf::event_based_actor::quit();
  else
    caf::event_based_actor::quit(caf::exit_reason::user_shutdown);
}

/// Tells the stream and the user how it ended. Whoever comes first is right.
void connection::conclude(close_reason reason) {
  if (ended())
    return;
  stage_ = stage::ended;
  if (log::debug_enabled())
    log::debug(fmt::format("connection {} ends: {}", id(), to_string(reason)));
  if (stream_.broker)
    send(stream_.broker,
         msg::finish{stream_.session, is_whole(reason), farewell(reason)});
  stream_ = {};
  try {
    tell_closed(reason);
  } catch (...) {
    log::error(
      fmt::format("on_close failed: {}", describe(std::current_exception())));
  }
}

void connection::tell_closed(close_reason reason) {
  if (auto tell = std::exchange(on_close_, nullptr))
    tell(reason);
}

// -- frames -------------------------------------------------------------------

void connection::push_frame(flow::frame what) {
  if (!takes_frames())
    return;
  // What credit is left is used before a bound is.
  if (stage_ == stage::open && !outbox_.writable())
    write();
  dirty_ = true;
  if (outbox_.push(std::move(what)) != flow::outbox::push_result::overflow)
    return;
  if (stage_ == stage::opening)
    throw std::length_error("on_open pushed more than the outbox holds; push "
                            "from on_drained");
  end(close_reason::too_slow);
}

/// No policy of pushes holds for it: whoever is behind is told by the topics.
void connection::append_frame(flow::frame what) {
  if (!takes_frames())
    return;
  dirty_ = true;
  outbox_.append(std::move(what));
}

/// Runs behind each message: what it pushed leaves now, or, if more messages
/// wait, behind those, in one write.
caf::invoke_message_result connection::consume(caf::mailbox_element& what) {
  auto result = caf::event_based_actor::consume(what);
  // Nothing else is handled before what is awaited: no `flush` either.
  auto awaits = !awaited_responses_.empty();
  if (!dirty_ || ended() || (flush_queued_ && !awaits))
    return result;
  if (awaits || mailbox_looks_empty(*this)) {
    settle();
  } else {
    flush_queued_ = true;
    send(this, flush{});
  }
  return result;
}

void connection::settle() {
  while (std::exchange(dirty_, false) && stream_.broker) {
    write();
    if (is_open() && outbox_.writable()) {
      pull();
      on_writable();
    }
    notify_drained();
  }
}

void connection::notify_drained() {
  if (!behind_ || !on_drained_ || !writable())
    return;
  behind_ = drained_replaced_ = false;
  // Taken out while it runs: it may set another one.
  auto f = std::exchange(on_drained_, nullptr);
  f();
  if (!drained_replaced_ && !ended())
    on_drained_ = std::move(f);
  dirty_ = true;
}

void connection::write() {
  std::vector<flow::octets> pieces;
  for (auto& [frame, dropped_before, pulled] : outbox_.take()) {
    resumable_ = resumable_ || frame.resumable();
    append_gap(dropped_before, pieces);
    pieces.push_back(octets_of(frame, frame.size()));
  }
  if (outbox_.empty())
    append_gap(outbox_.take_trailing_drops(), pieces);
  if (!pieces.empty())
    send(stream_.broker, msg::write{stream_.session, std::move(pieces)});
  behind_ = behind_ || !outbox_.writable();
  if (stage_ == stage::closing && outbox_.empty())
    end(reason_);
}

flow::octets connection::octets_of(const flow::frame& what,
                                   std::size_t cost) const {
  return {what.owner(), coded_ ? what.coded() : what.plain(), cost};
}

/// A peer that cannot resume has no use for a gap.
void connection::append_gap(std::uint64_t dropped,
                            std::vector<flow::octets>& to) const {
  if (dropped == 0 || !resumable_)
    return;
  if (auto frame = gap(dropped); !frame.empty())
    to.push_back(octets_of(frame, 0));
}

} // namespace lungo
