#include "poller.hpp"

#include <unistd.h>

#include <ctime>

namespace bench {

namespace {

constexpr timespec nap{0, 20'000};

} // namespace

poller::poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), ready_(batch) {}

poller::~poller() {
  close(epoll_);
}

void poller::watch(int fd, std::size_t index) {
  epoll_event what{};
  what.events = EPOLLIN;
  what.data.u64 = index;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &what);
}

std::size_t poller::look(std::size_t most) {
  auto count = epoll_wait(epoll_, ready_.data(), static_cast<int>(most), 0);
  if (count > 0)
    return static_cast<std::size_t>(count);
  nanosleep(&nap, nullptr);
  return 0;
}

} // namespace bench
