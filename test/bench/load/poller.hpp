#pragma once

#include <sys/epoll.h>

#include <algorithm>
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

  /// Sockets that are looked at in one go, where nothing else is asked for.
  static constexpr std::size_t batch = 1024;

  /// Calls `f` with the index of each socket that can be read, up to `most`;
  /// the others are next.
  template <class F>
  void poll(F f, std::size_t most = batch) {
    auto count = look(std::min(most, batch));
    for (std::size_t i = 0; i < count; ++i)
      f(static_cast<std::size_t>(ready_[i].data.u64));
  }

private:
  std::size_t look(std::size_t most);

  int epoll_;
  std::vector<epoll_event> ready_;
};

} // namespace bench
