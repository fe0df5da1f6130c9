#pragma once

#include "lungo/broker/acceptor.hpp"
#include "lungo/broker/io_thread.hpp"
#include "lungo/broker/session_table.hpp"
#include "lungo/caf.hpp"
#include "lungo/flow/jitter.hpp"
#include "lungo/messages.hpp"
#include "lungo/settings.hpp"

#include <array>
#include <functional>
#include <string>

namespace lungo {

class committed_session;
class http_session;

/// What a broker is made of. All that is referred to outlives it.
struct broker_parts {
  io_thread* thread = nullptr;
  lungo::acceptor* acceptor = nullptr; ///< Null: sockets come from tests.
  const settings* config = nullptr;
  std::size_t index = 0;           ///< Which of the server's I/O threads.
  std::size_t connections_max = 0; ///< This broker's share of the limit.
  supervisor_actor supervisor;
  middleware_roster roster;
  std::function<pipeline_actor()> spawn_pipeline;
};

/// Owns all sessions of one I/O thread, and runs there and nowhere else: as an
/// actor, since its execution unit posts it to the thread's `io_context`, and
/// as the host of its sessions' completion handlers. So it needs no lock, and
/// messages are the only way in. No code of the user runs in it.
///
/// Ends by an exit message; `on_exit` closes every socket and tells every
/// connection.
class broker : public pinned<broker_actor::base>, public session_host {
public:
  broker(caf::actor_config& cfg, broker_parts parts);
  ~broker() override;

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "lungo.broker"; }

  /// Flushes what the mailbox has left behind, all in one go.
  caf::resumable::resume_result resume(caf::execution_unit* unit,
                                       size_t max_throughput) override;

  /// Takes a connected socket over. On the I/O thread only.
  void add(boost::asio::ip::tcp::socket socket);

private:
  using tcp = boost::asio::ip::tcp;
  class ready_handler;

  // session_host
  time_point now() const override { return now_; }
  std::span<char> read_buffer() override { return buffer_; }
  const settings& config() const override { return *parts_.config; }
  bool draining() const override { return draining_; }
  std::chrono::milliseconds draw_retry() override;
  std::string_view date() override;
  exchange_ref ref(session_id session, std::uint32_t exchange) override;
  std::uint64_t next_exchange_id() override;
  middleware_roster roster() const override { return parts_.roster; }
  pipeline_actor spawn_pipeline() override { return parts_.spawn_pipeline(); }
  websocket::inflater& inflater() override;
  void flush_later(session_id session) override;
  void wait_readable(session_id s, tcp::socket& socket) override;
  void wait_writable(session_id s, tcp::socket& socket) override;

  void look_at_clock();
  void on_ready(session_id s, bool to_read);
  void reply(const msg::reply& what);
  void commit(const msg::commit& what);
  void write(const msg::write& what);
  void expire(const msg::expire& what);
  void finish(const msg::finish& what);
  void want_body(const msg::want_body& what);
  void taken(const msg::taken& what);
  void drain();
  void force();
  void tick();

  http_session* awaiting(const exchange_ref& at);
  committed_session* committed(session_id id);
  std::unique_ptr<committed_session> make_session(const msg::commit& what,
                                                  http_session& from);
  void accept_again();
  void flush_dirty();
  void settle(session_id id);
  void report_if_idle();
  void schedule_tick();

  broker_parts parts_;
  session_table sessions_;
  std::vector<session_id> dirty_; ///< Sessions with output to flush.
  std::vector<char> buffer_;
  std::unique_ptr<websocket::inflater> inflater_; ///< Made when needed.
  flow::jitter jitter_;
  time_point now_;
  std::string date_;
  time_point date_made_;
  std::uint64_t exchanges_ = 0;
  std::chrono::milliseconds tick_every_;
  bool full_ = false; ///< Accepting pauses until a session ends.
  bool ticking_ = false;
  std::size_t written_ = 0; ///< Octets, in this turn.
  bool draining_ = false;
  bool reported_idle_ = false;
};

} // namespace lungo
