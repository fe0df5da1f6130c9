#pragma once

#include "lungo/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace lungo {

/// A listening socket of one I/O thread, and the accept loop on it. Outlives
/// the brokers that use it one after the other, so that no client is refused
/// while one is restarted. After `open`, used on its I/O thread only.
class acceptor {
public:
  using tcp = boost::asio::ip::tcp;
  using on_socket = std::function<void(tcp::socket)>;

  explicit acceptor(boost::asio::io_context& io);

  /// Listens on `address` (IPv4 or IPv6) and `port`; 0 lets the system choose.
  /// @param shared several acceptors listen on the same port
  ///               (`SO_REUSEPORT`).
  /// @returns the port, or `errc::address_unavailable`.
  result<std::uint16_t> open(const std::string& address, std::uint16_t port,
                             bool shared);

  /// Accepts until `pause`, and hands each socket to `taker`. Out of
  /// descriptors or memory, which is what a `taker` that throws is, it pauses
  /// by itself; `resume` when there may be some again.
  /// @param starved called each time it pauses so.
  void resume(on_socket taker, std::function<void()> starved);

  void pause();
  bool paused() const noexcept { return paused_; }

  /// Takes who has connected by now, unless it is paused, and refuses new
  /// clients from then on.
  void close();
  bool closed() const noexcept { return !listener_.is_open(); }

private:
  void wait();
  void accept_waiting(int most);
  void starve(std::string_view why);

  tcp::acceptor listener_;
  on_socket taker_;
  std::function<void()> on_starved_;
  bool paused_ = true;
  bool waiting_ = false;
  bool starved_ = false; ///< Said so in the log already.
};

} // namespace lungo
