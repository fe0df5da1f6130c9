#include "streams.hpp"

#include <stdexcept>

namespace bench {

namespace {

/// So that the server's queue of new sockets does not overflow.
constexpr std::size_t unanswered_at_once = 100;
constexpr std::chrono::seconds patience{20};

} // namespace

streams::streams(std::uint16_t port, std::string_view target,
                 std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    all_.emplace_back(port);
    poller_.watch(all_.back().socket.fd(), i);
    all_.back().socket.request("GET", target);
    read_heads(unanswered_at_once);
  }
  read_heads(0);
  for (auto now = std::chrono::steady_clock::now(); auto& one : all_)
    one.heard_at = now;
}

void streams::read_heads(std::size_t unanswered_max) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (all_.size() - answered_ > unanswered_max) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the server does not answer");
    poller_.poll([this](std::size_t index) {
      auto& one = all_[index];
      auto open = one.reader.open();
      one.reader.put(one.socket.read(), [&](const event& e) {
        one.numbers.count(e.id, faults_);
        ++events_;
      });
      if (one.reader.open() && !open)
        ++answered_;
    });
  }
}

void streams::begin_after(std::uint64_t id) {
  for (auto& one : all_)
    one.numbers.begin_after(id);
}

void streams::count_silent(std::chrono::milliseconds limit) {
  auto now = std::chrono::steady_clock::now();
  for (auto& one : all_) {
    if (now - one.heard_at > limit) {
      ++faults_.stalled;
      one.heard_at = now;
    }
  }
}

void streams::count_behind(std::uint64_t id) {
  for (auto& one : all_)
    if (one.numbers.last() < id)
      ++faults_.stalled;
}

} // namespace bench
