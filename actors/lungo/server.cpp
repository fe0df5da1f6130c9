#include "lungo/server.hpp"

#include "lungo/broker/broker.hpp"
#include "lungo/log.hpp"
#include "lungo/pipeline.hpp"
#include "lungo/publish_handler.hpp"
#include "lungo/supervisor.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/system_messages.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace lungo {

// -- routes -------------------------------------------------------------------

class server::impl {
public:
  impl(caf::actor_system& sys, settings cfg)
    : system(sys),
      config(std::move(cfg)),
      topics(sys, config),
      routes(std::make_shared<route_table>()) {
    if (config.io_threads == 0)
      config.io_threads = default_io_threads();
    if (config.seed == 0)
      config.seed = system_seed();
  }

  result<void> listen();
  void spawn_supervisor();
  broker_actor spawn_broker(std::size_t index, supervisor_actor parent,
                            middleware_roster roster);
  void drain_at_signals();
  void end_attached();

  caf::actor_system& system;
  settings config;
  lungo::topics topics;
  std::shared_ptr<route_table> routes; ///< Constant once started.
  std::optional<error> route_fault;    ///< The first one; `start` reports it.
  std::vector<std::unique_ptr<io_thread>> threads;
  std::vector<caf::actor> attached;
  supervisor_actor supervisor;
  std::uint16_t port = 0;
  bool left = false;
};

server::server(caf::actor_system& sys, settings config)
  : impl_(std::make_unique<impl>(sys, std::move(config))) {}

server::~server() {
  if (!impl_->supervisor) {
    impl_->topics.stop();
    impl_->end_attached();
    return;
  }
  caf::anon_send(impl_->supervisor, msg::drain{std::chrono::milliseconds{0}});
  wait();
}

route_ref server::route(http::method m, std::string_view pattern, handler h) {
  auto added = impl_->routes->add(m, pattern, std::move(h));
  if (added)
    return {*this, *added};
  if (!impl_->route_fault)
    impl_->route_fault = added.error();
  return {*this, route_ref::nowhere};
}

void route_ref::wrap(middleware_ref m) {
  if (number_ != nowhere)
    owner_.impl_->routes->wrap(number_, m.number_);
}

void route_ref::wrap(middleware m) {
  wrap(owner_.use(std::move(m)));
}

middleware_ref server::use(middleware m) {
  return middleware_ref{impl_->routes->add(std::move(m))};
}

void server::wrap_all(middleware_ref m) {
  impl_->routes->wrap_all(m.number_);
}

void server::wrap_all(middleware m) {
  wrap_all(use(std::move(m)));
}

void server::attach_actor(caf::actor who) {
  impl_->attached.push_back(std::move(who));
}

handler server::publish_handler() {
  return attach(spawn_publish_handler(system(), topics()));
}

// -- life ---------------------------------------------------------------------

result<void> server::start() {
  if (impl_->route_fault)
    return *impl_->route_fault;
  if (auto sane = check(impl_->config); !sane)
    return sane;
  if (auto listening = impl_->listen(); !listening)
    return listening;
  impl_->spawn_supervisor();
  if (impl_->config.handle_signals)
    impl_->drain_at_signals();
  for (auto& thread : impl_->threads)
    thread->start();
  return {};
}

/// Opens one listening socket per I/O thread. The first is opened unshared
/// even if more follow: that fails if anybody else has the port, where a shared
/// one would silently take half of the other's clients.
result<void> server::impl::listen() {
  for (std::size_t i = 0; i < config.io_threads; ++i)
    threads.push_back(std::make_unique<io_thread>(system, config.throughput));
  auto& first = threads.front()->acceptor();
  auto opened = first.open(config.address, config.port, false);
  if (opened && threads.size() > 1) {
    first.close();
    for (auto& thread : threads) {
      opened = thread->acceptor().open(config.address, opened.value(), true);
      if (!opened)
        break;
    }
  }
  if (!opened) {
    threads.clear();
    return opened.error();
  }
  port = *opened;
  return {};
}

void server::impl::spawn_supervisor() {
  supervisor_parts parts;
  parts.config = &config;
  parts.middlewares = routes->middlewares();
  parts.brokers = threads.size();
  parts.spawn_broker = [this](std::size_t index, supervisor_actor parent,
                              middleware_roster roster) {
    return spawn_broker(index, std::move(parent), std::move(roster));
  };
  parts.topics = topics.actor();
  parts.spawn_topics = [this] { return topics.restart(); };
  supervisor = system.spawn<lungo::supervisor>(std::move(parts));
}

broker_actor server::impl::spawn_broker(std::size_t index,
                                        supervisor_actor parent,
                                        middleware_roster roster) {
  auto& thread = *threads[index];
  broker_parts parts;
  parts.thread = &thread;
  parts.acceptor = &thread.acceptor();
  parts.config = &config;
  parts.index = index;
  parts.connections_max
    = (config.limits.connections + threads.size() - 1) / threads.size();
  parts.supervisor = parent;
  parts.roster = std::move(roster);
  parts.spawn_pipeline = [this, parent]() -> pipeline_actor {
    return system.spawn<pipeline>(routes, parent,
                                  config.limits.verdict_timeout);
  };
  return system.spawn<broker>(std::move(parts));
}

/// The first signal drains; the next one does not wait any longer.
void server::impl::drain_at_signals() {
  auto told = std::make_shared<bool>(false);
  auto patience = config.drain_timeout;
  threads.front()->on_signal([to = supervisor, patience, told] {
    if (std::exchange(*told, true))
      caf::anon_send(to, msg::force{});
    else
      caf::anon_send(to, msg::drain{patience});
  });
}

void server::drain() {
  if (impl_->supervisor)
    caf::anon_send(impl_->supervisor, msg::drain{impl_->config.drain_timeout});
}

result<void> server::wait() {
  if (!impl_->supervisor || std::exchange(impl_->left, true))
    return {};
  caf::scoped_actor self{impl_->system};
  caf::error reason;
  self->monitor(impl_->supervisor);
  self->receive([&](const caf::down_msg& what) { reason = what.reason; });
  for (auto& thread : impl_->threads)
    thread->stop();
  impl_->end_attached();
  if (reason)
    return error{errc::internal, fmt::format("the server gave up: {}",
                                             describe(impl_->system, reason))};
  log::info("the server has left");
  return {};
}

/// Once the server is gone the process may be, so what these do at their end is
/// waited for; but not for ever.
void server::impl::end_attached() {
  using clock = std::chrono::steady_clock;
  caf::scoped_actor self{system};
  for (auto& who : attached) {
    self->monitor(who);
    caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  }
  auto alive = std::exchange(attached, {}).size();
  auto until = clock::now() + config.drain_timeout;
  auto late = false;
  while (alive > 0 && !late) {
    auto still = std::max(until - clock::now(), clock::duration{0});
    self->receive([&](const caf::down_msg&) { --alive; },
                  caf::after(still) >> [&] { late = true; });
  }
  if (late)
    log::warn(fmt::format("{} attached actors have not ended in time", alive));
}

// -- properties ---------------------------------------------------------------

std::uint16_t server::port() const noexcept {
  return impl_->port;
}

std::string server::url() const {
  auto& address = impl_->config.address;
  auto v6 = address.find(':') != address.npos;
  return v6 ? fmt::format("http://[{}]:{}", address, port())
            : fmt::format("http://{}:{}", address, port());
}

const topics& server::topics() const noexcept {
  return impl_->topics;
}

caf::actor_system& server::system() noexcept {
  return impl_->system;
}

const settings& server::config() const noexcept {
  return impl_->config;
}

supervisor_actor server::supervisor() const noexcept {
  return impl_->supervisor;
}

} // namespace lungo
