#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

/// One socket to the server; closes it.
class connection {
public:
  /// @throws std::runtime_error if nobody listens.
  explicit connection(std::uint16_t port);
  connection(connection&& other) noexcept;
  connection& operator=(connection&&) = delete;
  ~connection();

  int fd() const noexcept { return fd_; }

  /// Sends a request without a body.
  void request(std::string_view method, std::string_view target);

  /// Reads what is there, without waiting; empty if nothing is. The octets
  /// stay valid until the next call for any connection.
  /// @throws std::runtime_error if the server has closed.
  std::string_view read();

private:
  int fd_;
};

} // namespace bench
