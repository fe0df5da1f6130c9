#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <vector>

namespace bench {

/// Tells which sockets can be read. Never sleeps in the kernel's queue: there,
/// the server would pay for each wake-up of its client, and look dearer than it
/// is. Where nothing is ready it naps by the clock.
class poller {
public:
  poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;
  ~poller();

  void watch(int fd, std::size_t index);

  /// Calls `f` with the index of each socket that can be read.
  template <class F>
  void poll(F f) {
    auto count = look();
    for (std::size_t i = 0; i < count; ++i)
      f(static_cast<std::size_t>(ready_[i].data.u64));
  }

private:
  std::size_t look();

  int epoll_;
  std::vector<epoll_event> ready_;
};

} // namespace bench
