#pragma once

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace bench {

constexpr std::chrono::seconds beast_timeout{60};

/// Reads a request's body in pieces, and answers with its length.
class beast_sink : public std::enable_shared_from_this<beast_sink> {
public:
  using parser
    = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  using head_parser
    = boost::beast::http::request_parser<boost::beast::http::empty_body>;

  beast_sink(boost::beast::tcp_stream socket, boost::beast::flat_buffer held,
             head_parser&& head)
    : socket_(std::move(socket)),
      held_(std::move(held)),
      parser_(std::move(head)) {
    held_.reserve(piece_.size()); // Else it reads half a KiB at a time.
  }

  void read() {
    namespace http = boost::beast::http;
    if (parser_.is_done())
      return answer();
    parser_.get().body().data = piece_.data();
    parser_.get().body().size = piece_.size();
    socket_.expires_after(beast_timeout);
    http::async_read(socket_, held_, parser_,
                     [self = shared_from_this()](error_code ec, std::size_t) {
                       if (!ec || ec == http::error::need_buffer)
                         self->take();
                     });
  }

private:
  using error_code = boost::beast::error_code;

  void take() {
    size_ += piece_.size() - parser_.get().body().size;
    read();
  }

  void answer() {
    namespace http = boost::beast::http;
    response_ = {http::status::ok, parser_.get().version()};
    response_.body() = std::to_string(size_);
    response_.prepare_payload();
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code, std::size_t) {});
  }

  boost::beast::tcp_stream socket_;
  boost::beast::flat_buffer held_;
  parser parser_;
  std::array<char, 64 * 1024> piece_;
  std::uint64_t size_ = 0;
  boost::beast::http::response<boost::beast::http::string_body> response_;
};

/// Sends a body in pieces.
class beast_source : public std::enable_shared_from_this<beast_source> {
public:
  beast_source(boost::beast::tcp_stream socket, std::uint64_t octets)
    : socket_(std::move(socket)),
      left_(octets) {
    namespace http = boost::beast::http;
    response_.set(http::field::content_type, "application/octet-stream");
    response_.content_length(octets);
    response_.body().data = nullptr;
    response_.body().more = true;
  }

  void write() {
    namespace http = boost::beast::http;
    socket_.expires_after(beast_timeout);
    http::async_write(socket_, serializer_,
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        if (!ec || ec == http::error::need_buffer)
                          self->next();
                      });
  }

private:
  using error_code = boost::beast::error_code;

  void next() {
    if (serializer_.is_done())
      return;
    auto size = std::min<std::uint64_t>(left_, piece_.size());
    left_ -= size;
    response_.body().data = piece_.data();
    response_.body().size = size;
    response_.body().more = left_ > 0;
    write();
  }

  boost::beast::tcp_stream socket_;
  std::uint64_t left_;
  boost::beast::http::response<boost::beast::http::buffer_body> response_;
  boost::beast::http::response_serializer<boost::beast::http::buffer_body>
    serializer_{response_};
  std::array<char, 64 * 1024> piece_{};
};

} // namespace bench
