#pragma once

#include "lungo/broker/session.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace lungo {

/// The sessions of one broker by their ids. An id is a slot and a generation,
/// so that a message to a session that is gone never reaches its successor.
class session_table {
public:
  /// Reserves an id for a session that is put there next.
  session_id reserve();

  /// Puts `what` under its id; replaces the session that was there.
  void put(std::unique_ptr<session> what);

  /// The session of that id, or null.
  session* find(session_id id) const noexcept;

  /// Removes the session if its socket is closed.
  void reap(session_id id);

  std::size_t size() const noexcept { return size_; }

  /// Calls `f` with each session; `f` may close sessions, not add any. Removes
  /// the closed ones afterwards.
  template <class F>
  void for_each(F f) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i].session)
        continue;
      f(*slots_[i].session);
      reap(slots_[i].session->id());
    }
  }

private:
  struct slot {
    std::unique_ptr<lungo::session> session;
    std::uint32_t generation = 0;
  };

  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

} // namespace lungo
