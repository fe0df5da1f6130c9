#include "fixture.hpp"

#include "lungo/caf.hpp"

namespace lungo::test {

namespace {

class recorder : public broker_actor::base {
public:
  recorder(caf::actor_config& cfg, std::shared_ptr<broker_record> into)
    : broker_actor::base(cfg), into_(std::move(into)) {
  }

  behavior_type make_behavior() override {
    auto& to = *into_;
    return {
      [&to](const msg::reply& what) { to.replies.push_back(what); },
      [&to](const msg::want_body& what) { to.wanted_bodies.push_back(what); },
      [&to](const msg::commit& what) { to.commits.push_back(what); },
      [&to](const msg::write& what) { to.writes.push_back(what); },
      [&to](const msg::finish& what) { to.finishes.push_back(what); },
      [&to](const msg::roster& what) { to.rosters.push_back(what); },
      [&to](const msg::drain&) { ++to.drains; },
      [&to](const msg::force&) { ++to.forces; },
      [](const msg::tick&) {},
    };
  }

private:
  std::shared_ptr<broker_record> into_;
};

} // namespace

fixture::fixture() {
  caf_config_.set("scheduler.policy", caf::atom("testing"));
  caf_config_.set("logger.inline-output", true);
  system_ = std::make_unique<caf::actor_system>(caf_config_);
}

fixture::~fixture() {
  for (auto& who : tracked_)
    caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  tracked_.clear();
  run();
}

void fixture::run() {
  scheduler().run();
}

void fixture::advance(std::chrono::milliseconds pause) {
  run();
  scheduler().advance_time(pause);
  run();
}

caf::actor_clock::time_point fixture::now() {
  return system_->scheduler().clock().now();
}

caf::scheduler::test_coordinator& fixture::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

std::string broker_record::written() const {
  std::string text;
  for (auto& write : writes)
    for (auto& piece : write.pieces)
      text += piece.view();
  return text;
}

broker_actor spawn_recorder(fixture& f, std::shared_ptr<broker_record> into) {
  return f.track(broker_actor{f.system().spawn<recorder>(std::move(into))});
}

std::shared_ptr<http::request> get(std::string path) {
  auto request = std::make_shared<http::request>();
  request->target = path;
  request->path = std::move(path);
  request->fields.add("Host", "localhost");
  return request;
}

} // namespace lungo::test
