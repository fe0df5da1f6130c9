#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

/// One socket to the server; closes it.
class connection {
public:
  /// @param room octets that the kernel is to keep of what is not read yet;
  /// 0 leaves it to the kernel.
  /// @throws std::runtime_error if nobody listens.
  explicit connection(std::uint16_t port, int room = 0);
  connection(connection&& other) noexcept;
  connection& operator=(connection&&) = delete;
  ~connection();

  int fd() const noexcept { return fd_; }

  /// Sends a request without a body.
  /// @param fields lines of its head, beside those that are always there.
  void request(std::string_view method, std::string_view target,
               std::string_view fields = {});

  /// Sends all `octets`, and waits until the kernel has taken them.
  void send(std::string_view octets);

  /// Sends what the kernel takes without waiting, and tells how much it was.
  std::size_t send_some(std::string_view octets);

  /// Waits until something can be read, an end included; false if nothing can
  /// be for so long.
  bool wait(std::chrono::milliseconds longest) const;

  /// Reads what is there, without waiting; empty if nothing is. The octets
  /// stay valid until the thread's next call for any connection.
  /// @throws std::runtime_error if the server has closed.
  std::string_view read();

private:
  int fd_;
};

} // namespace bench
