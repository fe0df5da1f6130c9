#include "lungo/topics.hpp"

#include "lungo/topic_log.hpp"

#include <caf/actor_system.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <random>

namespace lungo {

/// Where the log of today is. The lock is held for a copy of a handle.
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
    return log_ = system_.spawn<topic_log>(std::move(parts));
  }

  void stop() { caf::anon_send_exit(actor(), caf::exit_reason::user_shutdown); }

  topic_log_actor actor() {
    std::lock_guard lock{mutex_};
    return log_;
  }

  void declare(std::string topic, topic::limits how) {
    std::lock_guard lock{mutex_};
    declared_[topic] = how;
    caf::anon_send(log_, msg::declare{std::move(topic), how});
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

  caf::actor_system& system_;
  topic::log_limits limits_;
  std::size_t inbox_bytes_;
  std::mutex mutex_;
  std::mt19937_64 epochs_; ///< Never seeded by hand: each life has its own.
  topic_log_actor log_;
  std::map<std::string, topic::limits> declared_;
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

topic_log_actor topics::actor() const {
  return directory_->actor();
}

void topics::declare(std::string topic, topic::limits how) const {
  directory_->declare(std::move(topic), how);
}

void topics::watch(std::string topic, presence_actor who) const {
  caf::anon_send(actor(), msg::watch{std::move(topic), std::move(who)});
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
  auto size = topic.size() + made.what.data()->size() + overhead;
  return directory_->publish({std::move(topic), std::move(made), size});
}

} // namespace lungo
