#pragma once

#include "answer_reader.hpp"
#include "connection.hpp"
#include "samples.hpp"

#include <cstdint>
#include <exception>
#include <stop_token>
#include <thread>

namespace bench {

/// Asks for `/health` every 20 ms over a connection of its own, and from a
/// thread of its own: the one that reads all streams would add its own delays.
/// While an answer is late, the questions that would have been asked meanwhile
/// count as well, or a long wait would be one figure among many short ones.
class health_watch {
public:
  /// Begins when the first question, which does not count, is answered.
  explicit health_watch(std::uint16_t port);

  /// Ends it.
  /// @throws std::runtime_error if an answer failed to come.
  samples finish();

private:
  void run(std::stop_token done);
  void ask();

  connection socket_;
  answer_reader reader_;
  samples times_;
  std::exception_ptr failure_;
  std::jthread thread_;
};

} // namespace bench
