#pragma once

#include "lungo/caf.hpp"
#include "lungo/flow/jitter.hpp"
#include "lungo/flow/restart_budget.hpp"
#include "lungo/handshake/upgrade_fsm.hpp"
#include "lungo/messages.hpp"
#include "lungo/middleware.hpp"
#include "lungo/settings.hpp"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace lungo {

/// What a supervisor starts and keeps alive.
struct supervisor_parts {
  const settings* config = nullptr;
  std::vector<middleware> middlewares;
  std::size_t brokers = 0;
  /// Spawns the broker of an I/O thread.
  std::function<broker_actor(std::size_t index, supervisor_actor,
                             middleware_roster)>
    spawn_broker;
  /// The log of topics that runs already; null if there is none.
  topic_log_actor topics;
  /// Gives it another life.
  std::function<topic_log_actor()> spawn_topics;
};

/// Runs every upgrade of the server through `handshake::upgrade_fsm`, whatever
/// its kind: spawns the connection, waits for its init, tells the broker to
/// commit. Monitors its children, never the reverse. Connections are temporary:
/// they end and are forgotten. Middleware and brokers are permanent: they are
/// restarted, and if that is needed too often, the server leaves.
///
/// Ends when it has drained: the end of this actor is the end of the server.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, supervisor_parts parts);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "lungo.supervisor"; }

private:
  using action = handshake::upgrade_fsm::action;

  /// An upgrade between `admit` and its commit.
  struct admission {
    handshake::upgrade_fsm fsm;
    caf::actor_clock::time_point since;
  };

  struct child {
    connection_actor connection;
    exchange_ref at;
    std::optional<admission> pending;
  };

  void admit(const msg::admit& what);
  void on_ready(caf::actor_id connection, const msg::ready& what);
  void on_refused(caf::actor_id connection, const error& why);
  void deny(child& of, const error& why);
  bool has_room() const;
  std::chrono::milliseconds draw_retry();
  void carry_out(const action& what, const exchange_ref& at);
  void spawn_connection(admission what, const exchange_ref& at);
  void commit(child& of, const handshake::opening& with, bool reads_body);

  void on_down(const caf::down_msg& what);
  void bury(child& gone, const caf::error& why);
  void restart_middleware(std::size_t number);
  void restart_broker(std::size_t index);
  void restart_topics();
  bool may_restart(const char* what);
  middleware_roster make_roster() const;

  void check_admissions();
  void drain(std::chrono::milliseconds deadline);
  void force();
  void leave_if_drained();
  void set_idle(const caf::actor_addr& broker);

  supervisor_parts parts_;
  std::vector<middleware_actor> middlewares_;
  std::vector<broker_actor> brokers_;
  topic_log_actor topics_;
  std::unordered_map<caf::actor_id, child> children_;
  flow::restart_budget budget_;
  flow::jitter jitter_;
  std::uint64_t spawned_ = 0;
  std::size_t admissions_ = 0;
  std::vector<bool> broker_idle_; ///< Drained, or dead while draining.
  bool draining_ = false;
  bool gave_up_ = false; ///< Something fails too often.
  bool ticking_ = false;
};

} // namespace lungo
