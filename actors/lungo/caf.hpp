#pragma once

/// All that differs between CAF 0.17 and 1.x goes through this header: how an
/// actor is bound to a thread of ours, how errors are worded, and names of
/// configuration keys. The rest of Lungo keeps to the common subset.

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/message_handler.hpp>
#include <caf/resumable.hpp>
#include <caf/send.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <exception>
#include <string>

namespace lungo {

/// An actor that runs on one execution unit only, whoever sends to it. The
/// unit must outlive it. `Base` is an event-based actor, typed or not.
template <class Base>
class pinned : public Base {
public:
  template <class... Ts>
  pinned(caf::actor_config& cfg, caf::execution_unit* unit, Ts&&... args)
    : Base(cfg, std::forward<Ts>(args)...),
      unit_(unit) {}

  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    Base::enqueue(std::move(what), unit_);
  }

  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    Base::launch(unit_, lazy, hide);
  }

  /// Tells the unit this actor from those of the scheduler.
  caf::resumable::subtype_t subtype() const override {
    return caf::resumable::io_actor;
  }

private:
  caf::execution_unit* unit_;
};

/// For `send<at_once>`: what somebody waits for passes by what waits in the
/// mailbox, which may be thousands of writes of streams, or of publications.
inline constexpr auto at_once = caf::message_priority::high;

/// Is nothing queued that `self` has already fetched from its mailbox? May
/// miss what arrives this moment, so only good for deciding whether to wait
/// for a message that is certain to come.
inline bool mailbox_looks_empty(caf::scheduled_actor& self) {
  return self.mailbox().queue().total_task_size() == 0;
}

/// A message that no handler has taken, to be looked at type by type.
class mail {
public:
  explicit mail(const caf::message_view& what) : what_(what.content()) {}

  /// Calls `f` with it if it is one `T`, and says whether it is.
  template <class T, class F>
  bool as(F f) const {
    if (!what_.match_elements<T>())
      return false;
    f(what_.get_as<T>(0));
    return true;
  }

private:
  const caf::type_erased_tuple& what_;
};

/// `err` in words.
inline std::string describe(const caf::actor_system& sys,
                            const caf::error& err) {
  return sys.render(err);
}

/// Ends `self` when one of its handlers throws, with a line in the log instead
/// of CAF's on standard output. Who asked gets `sec::runtime_error`.
void log_crashes(caf::scheduled_actor& self);

/// What went wrong, in the words of the exception.
std::string describe(const std::exception_ptr& thrown);

namespace config_key {

inline constexpr char scheduler_policy[] = "scheduler.policy";
inline constexpr char scheduler_threads[] = "scheduler.max-threads";
inline constexpr char scheduler_throughput[] = "scheduler.max-throughput";

} // namespace config_key

} // namespace lungo
