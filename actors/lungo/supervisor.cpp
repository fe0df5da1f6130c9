#include "lungo/supervisor.hpp"

#include "lungo/connection_plan.hpp"
#include "lungo/log.hpp"

#include <caf/sec.hpp>
#include <caf/system_messages.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lungo {

using handshake::upgrade_fsm;

supervisor::supervisor(caf::actor_config& cfg, supervisor_parts parts)
  : supervisor_actor::base(cfg),
    parts_(std::move(parts)),
    budget_(parts_.config->restarts, parts_.config->restart_window),
    jitter_(parts_.config->seed) {}

supervisor::behavior_type supervisor::make_behavior() {
  log_crashes(*this);
  set_down_handler([this](const caf::down_msg& what) { on_down(what); });
  for (auto& m : parts_.middlewares) {
    middlewares_.push_back(m.spawn(system()));
    monitor(middlewares_.back());
  }
  topics_ = parts_.topics;
  if (topics_)
    monitor(topics_);
  brokers_.resize(parts_.brokers);
  broker_idle_.resize(parts_.brokers);
  for (std::size_t i = 0; i < brokers_.size(); ++i) {
    brokers_[i] = parts_.spawn_broker(i, this, make_roster());
    monitor(brokers_[i]);
  }
  return {
    [this](const msg::admit& what) { admit(what); },
    [this](const msg::ready& what) {
      if (current_sender())
        on_ready(current_sender()->id(), what);
    },
    [this](const msg::refuse& what) {
      if (current_sender())
        on_refused(current_sender()->id(), what.why);
    },
    [this](const msg::idle&) {
      set_idle(caf::actor_cast<caf::actor_addr>(current_sender()));
    },
    [this](const msg::drain& what) { drain(what.deadline); },
    [this](const msg::force&) { force(); },
    [this](const msg::tick&) { check_admissions(); },
    [this](const msg::count&) {
      return msg::counts{children_.size(), spawned_, admissions_, draining_};
    },
  };
}

void supervisor::on_exit() {
  for (auto& [id, one] : children_)
    send_exit(one.connection, caf::exit_reason::user_shutdown);
  for (auto& one : brokers_)
    send_exit(one, caf::exit_reason::user_shutdown);
  for (auto& one : middlewares_)
    send_exit(one, caf::exit_reason::user_shutdown);
  send_exit(topics_, caf::exit_reason::user_shutdown);
  topics_ = nullptr;
  children_.clear();
  brokers_.clear();
  middlewares_.clear();
  parts_ = {};
}

// -- upgrades -----------------------------------------------------------------

/// Nobody waits any more for what a broker asked that has died.
void supervisor::admit(const msg::admit& what) {
  auto broker = std::find(brokers_.begin(), brokers_.end(), what.at.broker);
  if (broker == brokers_.end())
    return;
  admission one{upgrade_fsm{what.exchange, parts_.config->handshake},
                clock().now()};
  auto first = one.fsm.start();
  if (first.what != upgrade_fsm::act::spawn)
    return carry_out(first, what.at);
  if (!draining_ && has_room())
    return spawn_connection(std::move(one), what.at);
  auto* why = draining_ ? "the server is about to leave; come back later"
                        : "too many are connected; come back later";
  carry_out(one.fsm.on_full({errc::unavailable, why}, draw_retry()), what.at);
}

bool supervisor::has_room() const {
  return children_.size() < parts_.config->limits.streams;
}

std::chrono::milliseconds supervisor::draw_retry() {
  return jitter_.between(parts_.config->reconnect_min,
                         parts_.config->reconnect_max);
}

/// The actions that end an admission without a connection.
void supervisor::carry_out(const action& what, const exchange_ref& at) {
  switch (what.what) {
  case upgrade_fsm::act::respond:
    send<at_once>(at.broker, msg::reply{at, what.response});
    break;
  case upgrade_fsm::act::turn_away:
    send<at_once>(at.broker, msg::reply{at, what.response, std::nullopt, true});
    break;
  case upgrade_fsm::act::head_only:
    send<at_once>(at.broker, msg::reply{at, {}, what.opening});
    break;
  default:
    break;
  }
}

void supervisor::spawn_connection(admission what, const exchange_ref& at) {
  auto& exchange = *what.fsm.exchange();
  auto& plan = static_cast<const spawn_plan&>(*exchange.upgrade->plan);
  connection_actor made;
  try {
    made = plan.spawn(system(),
                      {what.fsm.exchange(), this, plan.outbox(*parts_.config)});
  } catch (...) {
    log::error(fmt::format("a connection could not be made: {}",
                           describe(std::current_exception())));
    return carry_out(
      what.fsm.on_failed({errc::internal, "the stream could not begin"}), at);
  }
  monitor(made);
  ++spawned_;
  ++admissions_;
  auto id = made->id();
  children_.emplace(id, child{std::move(made), at, std::move(what)});
  if (!std::exchange(ticking_, true))
    delayed_send(this, parts_.config->init_timeout / 4, msg::tick{});
}

void supervisor::on_ready(caf::actor_id connection, const msg::ready& what) {
  auto found = children_.find(connection);
  if (found == children_.end() || !found->second.pending)
    return;
  auto next = found->second.pending->fsm.on_ready();
  if (next.what == upgrade_fsm::act::commit)
    commit(found->second, next.opening, what.reads_body);
}

/// The client gets the connection's own word; its end comes behind this.
void supervisor::on_refused(caf::actor_id connection, const error& why) {
  auto found = children_.find(connection);
  if (found == children_.end() || !found->second.pending)
    return;
  deny(found->second, why);
}

/// There will be no connection: the client gets that answer.
void supervisor::deny(child& of, const error& why) {
  carry_out(of.pending->fsm.on_failed(why), of.at);
  of.pending.reset();
  --admissions_;
}

void supervisor::commit(child& of, const handshake::opening& with,
                        bool reads_body) {
  auto& approved = *of.pending->fsm.exchange();
  auto& plan = static_cast<const spawn_plan&>(*approved.upgrade->plan);
  auto habits = plan.habits(approved, *parts_.config);
  habits.ack_bytes = plan.outbox(*parts_.config).window_bytes / 2;
  habits.max_age = jitter_.shortened(plan.max_age());
  send<at_once>(of.at.broker, msg::commit{of.at, with, std::move(habits),
                                          of.connection, reads_body});
  of.pending.reset();
  --admissions_;
}

/// Denies what has waited too long for its init; looks again while some wait.
void supervisor::check_admissions() {
  auto latest = clock().now() - parts_.config->init_timeout;
  for (auto& [id, one] : children_) {
    if (!one.pending || one.pending->since > latest)
      continue;
    deny(one, {errc::unavailable, "the stream took too long to begin"});
    send_exit(one.connection, caf::exit_reason::kill);
  }
  ticking_ = admissions_ > 0;
  if (ticking_)
    delayed_send(this, parts_.config->init_timeout / 4, msg::tick{});
}

// -- children -----------------------------------------------------------------

void supervisor::on_down(const caf::down_msg& what) {
  auto found = children_.find(what.source.id());
  if (found != children_.end()) {
    bury(found->second, what.reason);
    children_.erase(found);
    return leave_if_drained();
  }
  for (std::size_t i = 0; i < middlewares_.size(); ++i)
    if (middlewares_[i] == what.source)
      return restart_middleware(i);
  for (std::size_t i = 0; i < brokers_.size(); ++i)
    if (brokers_[i] == what.source)
      return restart_broker(i);
  if (topics_ == what.source)
    restart_topics();
}

/// A connection that ended before its commit owes its client an answer. One
/// that did before it heard of its commit has left a stream behind that only
/// the supervisor knows of. Who died later has finished its own, and the broker
/// lets this pass; who ended as it should is not asked about.
void supervisor::bury(child& gone, const caf::error& why) {
  if (gone.pending)
    deny(gone, {errc::internal, "the stream could not begin"});
  else if (why)
    send(gone.at.broker, msg::finish{gone.at.session, false});
}

bool supervisor::may_restart(const char* what) {
  if (draining_)
    return false;
  if (budget_.spend(clock().now())) {
    log::warn(fmt::format("restarting {}", what));
    return true;
  }
  log::error(fmt::format("{} fails too often; the server leaves", what));
  gave_up_ = true;
  send(this, msg::drain{parts_.config->drain_timeout});
  return false;
}

void supervisor::restart_middleware(std::size_t number) {
  auto& definition = parts_.middlewares[number];
  middlewares_[number] = nullptr;
  if (may_restart(definition.name.c_str())) {
    middlewares_[number] = definition.spawn(system());
    monitor(middlewares_[number]);
  }
  for (auto& broker : brokers_)
    send(broker, msg::roster{make_roster()});
}

/// A connection whose commit it has not had, or not carried out, is ended by
/// nobody else.
void supervisor::restart_broker(std::size_t index) {
  for (auto& [id, one] : children_)
    if (one.at.broker == brokers_[index])
      send(one.connection, msg::ended{close_reason::failed});
  brokers_[index] = nullptr;
  if (may_restart("a broker")) {
    brokers_[index] = parts_.spawn_broker(index, this, make_roster());
    monitor(brokers_[index]);
  } else if (draining_) {
    broker_idle_[index] = true;
    leave_if_drained();
  }
}

/// Its readers look for the next one.
void supervisor::restart_topics() {
  topics_ = nullptr;
  if (!may_restart("the log of topics"))
    return;
  topics_ = parts_.spawn_topics();
  monitor(topics_);
}

middleware_roster supervisor::make_roster() const {
  return std::make_shared<const std::vector<middleware_actor>>(middlewares_);
}

// -- the end ------------------------------------------------------------------

void supervisor::drain(std::chrono::milliseconds deadline) {
  delayed_send(this, deadline, msg::force{});
  if (std::exchange(draining_, true))
    return;
  log::info(fmt::format("draining {} connections", children_.size()));
  for (std::size_t i = 0; i < brokers_.size(); ++i) {
    if (brokers_[i])
      send(brokers_[i], msg::drain{deadline});
    else
      broker_idle_[i] = true;
  }
  for (auto& [id, one] : children_)
    send(one.connection, msg::shut{close_reason::drained, draw_retry()});
  leave_if_drained();
}

/// Brokers tell the connections whose streams they cut; those that have none
/// yet hear it from here.
void supervisor::force() {
  draining_ = true;
  for (auto& broker : brokers_)
    if (broker)
      send(broker, msg::force{});
  for (auto& [id, one] : children_)
    if (one.pending)
      send_exit(one.connection, caf::exit_reason::kill);
}

void supervisor::set_idle(const caf::actor_addr& broker) {
  for (std::size_t i = 0; i < brokers_.size(); ++i)
    if (brokers_[i] == broker)
      broker_idle_[i] = true;
  leave_if_drained();
}

void supervisor::leave_if_drained() {
  auto all_idle = std::all_of(broker_idle_.begin(), broker_idle_.end(),
                              [](bool idle) { return idle; });
  if (draining_ && children_.empty() && all_idle)
    quit(gave_up_ ? caf::make_error(caf::sec::runtime_error,
                                    "an actor that must not die died too often")
                  : caf::error{});
}

} // namespace lungo
