#pragma once

#include "options.hpp"

#include <cstddef>
#include <future>
#include <memory>
#include <vector>

namespace bench {

/// What thread `index` of the client has to do of `all`.
inline options share_of(const options& all, std::size_t index) {
  auto share = [&](std::size_t whole) {
    return whole / all.threads + (index < whole % all.threads ? 1 : 0);
  };
  auto mine = all;
  mine.connections = share(all.connections);
  mine.rate = share(all.rate);
  return mine;
}

/// A load in parts whose streams have nothing to do with each other, one for
/// each thread of the client.
template <class Load>
class parts {
public:
  /// @param make makes a part of its share of the options.
  template <class F>
  parts(const options& o, F make) : all_(o.threads) {
    in_parallel(
      [&](std::size_t index) { all_[index] = make(share_of(o, index)); });
  }

  /// Calls `f` with each part and its index, all at a time, and returns when
  /// all are done.
  /// @throws what one of them threw.
  template <class F>
  void run(F f) {
    in_parallel([&](std::size_t index) { f(*all_[index], index); });
  }

  /// The sum of what `f` tells of each part.
  template <class F>
  auto sum(F f) const {
    auto total = f(*all_.front());
    for (auto at = all_.begin() + 1; at != all_.end(); ++at)
      total += f(**at);
    return total;
  }

private:
  template <class F>
  void in_parallel(F f) {
    std::vector<std::future<void>> running;
    for (std::size_t index = 0; index < all_.size(); ++index)
      running.push_back(std::async(std::launch::async, f, index));
    for (auto& one : running)
      one.get();
  }

  std::vector<std::unique_ptr<Load>> all_;
};

/// What has come over the streams of all parts.
template <class Load>
auto so_far(const parts<Load>& load) {
  return load.sum([](const Load& one) { return one.so_far(); });
}

} // namespace bench
