#pragma once

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace bench {

/// One WebSocket that says what it hears.
class beast_echo : public std::enable_shared_from_this<beast_echo> {
public:
  explicit beast_echo(boost::beast::tcp_stream socket)
    : socket_(std::move(socket)) {}

  template <class Request>
  void accept(const Request& request) {
    namespace websocket = boost::beast::websocket;
    constexpr std::size_t message_bytes = 1024 * 1024;
    // It has timeouts of its own.
    boost::beast::get_lowest_layer(socket_).expires_never();
    socket_.set_option(websocket::stream_base::timeout::suggested(
      boost::beast::role_type::server));
    socket_.read_message_max(message_bytes);
    socket_.async_accept(request, [self = shared_from_this()](error_code ec) {
      if (!ec)
        self->read();
    });
  }

private:
  using error_code = boost::beast::error_code;

  void read() {
    socket_.async_read(buffer_,
                       [self = shared_from_this()](error_code ec, std::size_t) {
                         if (!ec)
                           self->write();
                       });
  }

  void write() {
    socket_.text(socket_.got_text());
    socket_.async_write(
      buffer_.data(), [self = shared_from_this()](error_code ec, std::size_t) {
        self->buffer_.consume(self->buffer_.size());
        if (!ec)
          self->read();
      });
  }

  boost::beast::websocket::stream<boost::beast::tcp_stream> socket_;
  boost::beast::flat_buffer buffer_;
};

} // namespace bench
