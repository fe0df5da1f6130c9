#pragma once

#include "answer_reader.hpp"
#include "connection.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace bench {

/// Lets the server publish, one request at a time. The server numbers the
/// events, or the publisher does, and sends each as the body of a request.
class publisher {
public:
  /// @param target what is asked for, up to the number of events.
  publisher(std::uint16_t port, std::string target, bool by_body)
    : socket_(port),
      target_(std::move(target)),
      by_body_(by_body) {}

  /// @param count at most 1 where it goes by its body.
  void publish(std::size_t count);

  /// May the next request go?
  bool ready();

  /// The number of the latest event, as of the last answer.
  std::uint64_t last() const noexcept { return last_; }

private:
  void publish_body();

  connection socket_;
  std::string target_;
  bool by_body_;
  answer_reader answer_;
  std::uint64_t last_ = 0;
  bool asked_ = false;
};

} // namespace bench
