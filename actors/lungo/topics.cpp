#include "lungo/topics.hpp"

#include "lungo/topic_log.hpp"

#include <caf/actor_system.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

namespace lungo {

/// Where the log of today is, and what the next one has to know.
class topics::directory {
public:
  directory(caf::actor_system& sys, const settings& config)
    : system_(sys),
      limits_(config.topics),
      inbox_bytes_(config.topics_inbox_bytes),
      epochs_(std::random_device{}()) {}

  topic_log_actor spawn() {
    std::lock_guard lock{mutex_};
    topic_log_parts parts;
    parts.epoch = epochs_() & epoch_bits;
    parts.limits = limits_;
    parts.declared = declared_;
    parts.booked = booked_ = std::make_shared<std::atomic<std::size_t>>(0);
    log_ = system_.spawn<topic_log>(std::move(parts));
    for (auto& [topic, who] : watchers_)
      if (auto still = handle_of(who))
        caf::anon_send(log_, msg::watch{topic, std::move(still)});
    return log_;
  }

  void stop() {
    std::lock_guard lock{mutex_};
    stopped_ = true;
    caf::anon_send_exit(log_, caf::exit_reason::user_shutdown);
  }

  bool stopped() {
    std::lock_guard lock{mutex_};
    return stopped_;
  }

  topic_log_actor actor() {
    std::lock_guard lock{mutex_};
    return log_;
  }

  void declare(std::string topic, topic::limits how) {
    std::lock_guard lock{mutex_};
    declared_[topic] = how;
    caf::anon_send(log_, msg::declare{std::move(topic), how});
  }

  void watch(std::string topic, presence_actor who) {
    std::lock_guard lock{mutex_};
    if (watchers_.size() >= look_through_at_) {
      forget_ended();
      look_through_at_ = 2 * watchers_.size() + 16;
    }
    watchers_.emplace_back(topic, who.address());
    caf::anon_send(log_, msg::watch{std::move(topic), std::move(who)});
  }

  result<void> publish(msg::publish what) {
    std::lock_guard lock{mutex_};
    if (booked_->fetch_add(what.booked) + what.booked > inbox_bytes_) {
      booked_->fetch_sub(what.booked);
      return error{errc::unavailable, "more is being published than the topics "
                                      "take; try again a little later"};
    }
    caf::anon_send(log_, std::move(what));
    return {};
  }

private:
  /// Short in every id, and yet not to be guessed right by another life.
  static constexpr std::uint64_t epoch_bits = 0xffff'ffff'ffff;

  static presence_actor handle_of(const caf::actor_addr& who) {
    return caf::actor_cast<presence_actor>(
      caf::actor_cast<caf::strong_actor_ptr>(who));
  }

  void forget_ended() {
    std::erase_if(watchers_,
                  [](auto& each) { return !handle_of(each.second); });
  }

  caf::actor_system& system_;
  topic::log_limits limits_;
  std::size_t inbox_bytes_;
  std::mutex mutex_;
  std::mt19937_64 epochs_; ///< Never seeded by hand: each life has its own.
  topic_log_actor log_;
  bool stopped_ = false;
  std::map<std::string, topic::limits> declared_;
  /// For the next life of the log. They keep nobody alive.
  std::vector<std::pair<std::string, caf::actor_addr>> watchers_;
  std::size_t look_through_at_ = 16;
  std::shared_ptr<std::atomic<std::size_t>> booked_;
};

topics::topics(caf::actor_system& sys, const settings& config)
  : directory_(std::make_shared<directory>(sys, config)) {
  restart();
}

topic_log_actor topics::restart() const {
  return directory_->spawn();
}

void topics::stop() const {
  directory_->stop();
}

bool topics::stopped() const {
  return directory_->stopped();
}

topic_log_actor topics::actor() const {
  return directory_->actor();
}

void topics::declare(std::string topic, topic::limits how) const {
  directory_->declare(std::move(topic), how);
}

void topics::watch(std::string topic, presence_actor who) const {
  directory_->watch(std::move(topic), std::move(who));
}

result<void> topics::publish(std::string topic, sse::event what,
                             publish_options how) const {
  topic::publication made{std::move(what), std::move(how.message_id),
                          how.except};
  if (auto sane = topic::check_name(topic); !sane)
    return sane;
  if (auto sane = topic::check(made); !sane)
    return sane;
  constexpr std::size_t overhead = 256;
  auto size = topic.size() + octets(made) + overhead;
  return directory_->publish({std::move(topic), std::move(made), size});
}

} // namespace lungo
