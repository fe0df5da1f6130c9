#include "fixture.hpp"

#include "lungo/caf.hpp"
#include "lungo/log.hpp"

#include <cstdio>
#include <cstdlib>

namespace lungo::test {

fixture::fixture() {
  log::set_level("off");
  caf_config_.set(config_key::scheduler_policy, caf::atom("testing"));
  system_ = std::make_unique<caf::actor_system>(caf_config_);
}

fixture::~fixture() {
  end_actors();
  // The actor system would wait for it for ever.
  if (alive() > 0) {
    std::fputs("an actor has outlived its test\n", stderr);
    std::abort();
  }
}

void fixture::end_actors() {
  for (auto& who : tracked_)
    caf::anon_send_exit(who, caf::exit_reason::kill);
  tracked_.clear();
  run();
}

void fixture::run() {
  do {
    scheduler().run();
  } while (poll() || scheduler().has_job());
}

bool fixture::step() {
  return scheduler().try_run_once();
}

void fixture::advance(std::chrono::milliseconds pause) {
  run();
  scheduler().advance_time(pause);
  run();
}

std::size_t fixture::alive() const {
  return system_->registry().running();
}

caf::scheduler::test_coordinator& fixture::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

std::shared_ptr<http::request> get(std::string target) {
  return request(http::method::get, std::move(target));
}

std::shared_ptr<http::request> request(http::method m, std::string target) {
  auto made = std::make_shared<http::request>();
  auto path_end = target.find('?');
  made->method = m;
  made->path = target.substr(0, path_end);
  if (path_end != target.npos)
    made->query = target.substr(path_end + 1);
  made->target = std::move(target);
  made->fields.add("Host", "localhost");
  return made;
}

} // namespace lungo::test
