#include "lungo/broker/committed_session.hpp"

#include "lungo/caf.hpp"

#include <algorithm>

namespace lungo {

namespace {

bool is_coded(const msg::commit& what) {
  auto& messages = what.habits.messages;
  return messages ? messages->deflate
                  : what.opening.framing == http::framing::chunked;
}

session::time_point age_ends(session::time_point now,
                             std::chrono::milliseconds age) {
  using std::chrono::milliseconds;
  constexpr auto never = session::time_point::max();
  auto most = std::chrono::floor<milliseconds>(never - now);
  return age.count() > 0 && age < most ? now + age : never;
}

} // namespace

committed_session::committed_session(session_host& host, session_id id,
                                     tcp::socket socket,
                                     const msg::commit& what)
  : session(host, id, std::move(socket)),
    connection_(what.connection),
    idle_(what.habits.idle),
    idle_every_(what.habits.idle_every),
    oldest_(age_ends(host.now(), what.habits.max_age)),
    ack_bytes_(what.habits.ack_bytes),
    coded_(is_coded(what)) {}

void committed_session::open(std::string head, const flow::frame& first) {
  queue(flow::octets::own(std::move(head)));
  queue_frame(first);
  flush();
  begin();
}

void committed_session::write(const std::vector<flow::octets>& pieces) {
  for (auto& piece : pieces)
    queue(piece);
  host().flush_later(id());
}

void committed_session::finish(const msg::finish& what) {
  if (finishing_ || closed())
    return;
  connection_ = nullptr;
  if (what.clean) {
    finishing_ = true;
    end_cleanly(what);
    return flush();
  }
  // What it wrote before is the peer's, as far as that takes it.
  flush();
  if (!closed())
    cut(what);
}

void committed_session::on_sent(std::size_t cost) {
  unacknowledged_ += cost;
  if (unacknowledged_ < ack_bytes_ || !connection_)
    return;
  caf::anon_send(connection_, msg::drained{unacknowledged_});
  unacknowledged_ = 0;
}

void committed_session::queue_frame(const flow::frame& what) {
  if (!what.empty())
    queue({what.owner(), coded_ ? what.coded() : what.plain(), 0});
}

void committed_session::look_at_age(time_point now) {
  if (told_age_ || !connection_ || now < std::min(oldest_, expires_))
    return;
  told_age_ = true;
  caf::anon_send(connection_,
                 msg::shut{close_reason::expired, host().draw_retry()});
}

bool committed_session::idle_for(time_point now, time_point since) const {
  return idle_every_.count() > 0 && !idle_.empty() && output_empty()
         && !finishing_ && now - since >= idle_every_;
}

void committed_session::send_idle() {
  queue_frame(idle_);
  flush();
}

void committed_session::tell_end(msg::ended how) {
  if (connection_)
    caf::anon_send(connection_, std::move(how));
  connection_ = nullptr;
}

void committed_session::end(close_reason reason) {
  tell_end({reason});
  close();
}

} // namespace lungo
