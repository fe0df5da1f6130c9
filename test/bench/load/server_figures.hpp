#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace bench {

/// What a process holds at the moment, in octets.
struct memory {
  std::size_t anonymous = 0;    ///< Heap and stacks: what it made itself.
  std::size_t own = 0;          ///< All that is in no other process.
  std::size_t proportional = 0; ///< Its share of everything.
};

/// Looks at the server from outside.
class server_figures {
public:
  /// @throws std::runtime_error if there is no such process.
  explicit server_figures(pid_t server);

  /// Time on a processor since it began, of all its threads, in user space and
  /// kernel: the sum of `utime` and `stime`, without their rounding to 10 ms.
  std::chrono::nanoseconds cpu() const;

  memory now_in_memory() const;

  /// The most that it ever held in memory, its program included.
  std::size_t peak_resident() const;

  /// Lets the peak begin anew at what is in memory now, and tells how much
  /// that is.
  std::size_t restart_peak() const;

  /// Files and sockets that it has open.
  std::size_t descriptors() const;

private:
  std::size_t status(std::string_view name) const;

  pid_t server_;
  clockid_t clock_;
};

} // namespace bench
