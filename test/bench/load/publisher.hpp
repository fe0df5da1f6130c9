#pragma once

#include "answer_reader.hpp"
#include "connection.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace bench {

/// Lets the server publish, one request at a time.
class publisher {
public:
  /// @param target what is asked for, up to the number of events.
  publisher(std::uint16_t port, std::string target)
    : socket_(port),
      target_(std::move(target)) {}

  void publish(std::size_t count);

  /// May the next request go?
  bool ready();

  /// The number of the latest event, as of the last answer.
  std::uint64_t last() const noexcept { return last_; }

private:
  connection socket_;
  std::string target_;
  answer_reader answer_;
  std::uint64_t last_ = 0;
  bool asked_ = false;
};

} // namespace bench
