#include "feed.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace bench {

using steady = std::chrono::steady_clock;

feed::feed(const options& o, std::string_view events, std::string publish,
           std::size_t count, std::size_t at_once)
  : stall_after_(o.stall_after),
    at_once_(o.publish_body ? 1 : at_once),
    all_(o.port, events, count),
    publisher_(o.port, std::move(publish), o.publish_body),
    under_way_(o.window, count, first_answer()) {
  all_.begin_after(publisher_.last());
}

void feed::publish_for(steady::duration length) {
  for (auto end = steady::now() + length; steady::now() < end; read())
    publish_some(std::numeric_limits<std::size_t>::max());
}

bool feed::publish(std::size_t count) {
  // The server is not to wait for what it publishes next, while a thousand
  // large events are read.
  constexpr std::size_t few = 32;
  auto seen = all_.events();
  auto seen_at = steady::now();
  while (count > 0 || !under_way_.empty()) {
    count -= publish_some(count);
    read(count > 0 ? few : poller::batch);
    if (std::exchange(seen, all_.events()) != all_.events())
      seen_at = steady::now();
    else if (steady::now() - seen_at >= stall_after_)
      return false;
  }
  return true;
}

void feed::read_until(steady::time_point when) {
  while (steady::now() < when)
    read();
}

void feed::finish() {
  publish(0);
  for (std::size_t i = 0; i < all_.size(); ++i)
    all_.count_behind(i, under_way_.published());
}

std::size_t feed::complete() const {
  return all_.complete(under_way_.published());
}

/// The number of the last event that was published before.
std::uint64_t feed::first_answer() {
  publisher_.publish(0);
  while (!publisher_.ready())
    all_.poll([](std::size_t, std::uint64_t) {});
  return publisher_.last();
}

/// Returns how many it could.
std::size_t feed::publish_some(std::size_t most) {
  auto count = std::min({most, at_once_, under_way_.room()});
  if (count == 0 || !publisher_.ready())
    return 0;
  publisher_.publish(count);
  under_way_.publish(count);
  return count;
}

void feed::read(std::size_t most) {
  all_.poll([this](std::size_t, std::uint64_t id) { under_way_.arrived(id); },
            most);
}

} // namespace bench
