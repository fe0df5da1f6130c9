#include "lungo/websocket_connection.hpp"

#include "lungo/handshake/negotiation.hpp"
#include "lungo/websocket/control.hpp"
#include "lungo/websocket/deflate.hpp"

namespace lungo::websocket {

namespace {

/// What waited may be handled.
struct resumed {};

} // namespace

} // namespace lungo::websocket

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::websocket::resumed)

namespace lungo::websocket {

namespace {

/// Compressing what is smaller costs more than it saves.
bool worth_deflating(const message& what) {
  constexpr std::size_t enough = 128;
  return what.payload().size() >= enough;
}

handshake::terms terms_of(options& how) {
  handshake::terms made{std::move(how.origins), std::move(how.subprotocols),
                        how.deflate};
  handshake::check(made);
  return made;
}

/// One for each worker: it keeps nothing from one message to the next.
deflater& shared_deflater() {
  thread_local deflater one;
  return one;
}

} // namespace

frame encode_for_all(const message& m) {
  return worth_deflating(m) ? encode_twofold(m, shared_deflater()) : encode(m);
}

// -- the connection -----------------------------------------------------------

endpoint::endpoint(caf::actor_config& cfg, connection_start start,
                   const endpoint_plan& plan)
  : lungo::connection(cfg, start),
    plan_(plan),
    give_back_at_(start.outbox.window_bytes / 2),
    deflates_(
      handshake::choose_deflate(*start.exchange->request, *plan.terms())) {}

void endpoint::push(const message& what) {
  push_frame(deflates_ && worth_deflating(what)
               ? encode_deflated(what, shared_deflater())
               : encode(what));
}

void endpoint::subscribe(const topics& from, std::vector<std::string> names,
                         subscribe_options how) {
  std::string after;
  if (is_opening())
    after = position_of_client(request(), plan_.last_event_id_query());
  subscribe_to(from, std::move(names), std::move(how), topic::form::websocket,
               std::move(after));
}

void endpoint::on_message(std::function<void(const message&)> f) {
  on_message_ = std::move(f);
}

void endpoint::on_close(std::function<void(const closing&)> f) {
  on_closing_ = std::move(f);
}

std::string endpoint::subprotocol() const {
  auto& asked = request(); // Throws once the plan may be gone.
  return handshake::choose_subprotocol(asked, *plan_.terms());
}

bool endpoint::receive(const mail& what) {
  return what.as<msg::received>([this](auto& m) { received(m); })
         || what.as<resumed>([this](auto&) { handle_waiting(); })
         || what.as<message>([this](auto& m) { push(m); })
         || what.as<frame>([this](auto& m) { push(m); })
         || what.as<close_status>([this](auto& m) { close(m.code, m.reason); })
         || what.as<msg::ended>([this](auto& m) {
              status_ = m.status;
              lost(m.reason);
            })
         || lungo::connection::receive(what);
}

void endpoint::received(const msg::received& what) {
  taken_ += what.cost;
  for (auto& each : what.messages) {
    if (paused_ || !waiting_.empty())
      waiting_.push_back(each);
    else
      handle(each);
  }
  give_back();
}

/// The function is taken out while it runs, since it may set another one.
void endpoint::handle(const message& what) {
  if (!is_open() || !on_message_)
    return;
  auto f = std::exchange(on_message_, nullptr);
  f(what);
  if (!on_message_ && !ended())
    on_message_ = std::move(f);
}

/// By a message, since it may be called from within `on_message`.
void endpoint::resume() {
  if (std::exchange(paused_, false) && !waiting_.empty())
    send(this, resumed{});
}

void endpoint::handle_waiting() {
  auto at = waiting_.begin();
  while (at != waiting_.end() && !paused_)
    handle(*at++);
  waiting_.erase(waiting_.begin(), at);
  if (waiting_.empty())
    waiting_.shrink_to_fit();
  give_back();
}

/// In halves of the window, as `drained` comes; all or nothing.
void endpoint::give_back() {
  if (taken_ >= give_back_at_ && waiting_.empty() && writes_to().broker)
    send(writes_to().broker,
         msg::taken{writes_to().session, std::exchange(taken_, 0)});
}

// -- the end ------------------------------------------------------------------

void endpoint::close(close_code code, std::string reason) {
  close_status status{code, std::move(reason)};
  if (auto sane = check(status); !sane)
    throw invalid_value(sane.error().message);
  if (!takes_frames())
    return;
  status_ = std::move(status);
  lungo::connection::close(close_reason::stopped);
}

flow::octets endpoint::farewell(close_reason reason) {
  if (!status_)
    status_ = close_status{code_for(reason), {}};
  return check(*status_) ? flow::octets::own(encode_close(*status_))
                         : flow::octets{};
}

void endpoint::tell_closed(close_reason reason) {
  lungo::connection::tell_closed(reason);
  auto tell = std::exchange(on_closing_, nullptr);
  on_message_ = nullptr;
  if (tell)
    tell({reason, status_.value_or(close_status{close_code::abnormal, {}})});
}

// -- the plan -----------------------------------------------------------------

endpoint_plan::endpoint_plan(options how)
  : spawn_plan(how),
    limits_(how.limits),
    query_(how.last_event_id_query),
    terms_(std::make_shared<const handshake::terms>(terms_of(how))) {}

wire_habits endpoint_plan::habits(const http::exchange& approved,
                                  const settings& config) const {
  static const auto ping = encode_ping({});
  wire_habits result;
  result.idle = flow::frame::uniform(ping, {}, {});
  result.idle_every = heartbeat(config);
  result.messages
    = message_habits{limits_.value_or(config.limits.messages),
                     handshake::choose_deflate(*approved.request, *terms_),
                     outbox(config).window_bytes, config.limits.pong_timeout};
  return result;
}

upgrade_handler subscribe(const topics& from, std::vector<std::string> names,
                          subscribe_options which, options how) {
  return upgrade(lungo::detail::reads<connection<>>(from, std::move(names),
                                                    std::move(which)),
                 std::move(how));
}

} // namespace lungo::websocket
