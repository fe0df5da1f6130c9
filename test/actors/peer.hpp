#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lungo::test {

/// The other end of a socket: a client without a mind of its own. Nothing of it
/// waits; what has come is read when it is asked for.
class peer {
public:
  using tcp = boost::asio::ip::tcp;

  explicit peer(tcp::socket socket);

  void send(std::string_view octets);

  /// All that has been received up to now.
  const std::string& text();

  /// Takes no more than `most` octets, and adds them to the text.
  void read(std::size_t most);

  /// Has the server ended the connection, and has all before been read?
  bool at_end();

  /// Was that end a reset?
  bool was_reset();

  /// Sends the end, and still reads.
  void half_close();
  void close();
  /// Closes with a reset.
  void reset();

  /// Segments with data that have come.
  std::uint32_t segments();

private:
  tcp::socket socket_;
  std::string text_;
  boost::system::error_code end_;
};

/// Two connected sockets on loopback.
struct socket_pair {
  boost::asio::ip::tcp::socket server;
  boost::asio::ip::tcp::socket client;
};

/// @param narrow the kernel holds little between the two.
socket_pair connect_pair(boost::asio::io_context& server,
                         boost::asio::io_context& client, bool narrow);

} // namespace lungo::test
