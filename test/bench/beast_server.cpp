// The routes of the benchmark as one would write them with Boost.Beast, after
// the manner of its examples: one thread, a session object per socket, a queue
// of shared strings per stream with one asynchronous write under way.

#include "beast_bodies.hpp"
#include "beast_websocket.hpp"
#include "event_text.hpp"
#include "server_process.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using beast::error_code;
using shared_text = std::shared_ptr<const std::string>;

class stream;

/// All streams of `/events`, or of `/topic`.
class hub {
public:
  void join(stream* who) { members_.insert(who); }
  void leave(stream* who) { members_.erase(who); }

  /// Publishes what `make` makes of a number, and returns the last number.
  template <class F>
  std::uint64_t publish(std::uint64_t count, F make);

private:
  std::unordered_set<stream*> members_;
  std::uint64_t last_ = 0;
};

struct hubs {
  hub events;
  hub topic;
};

/// One event stream. Its queue has no bound, as in the examples: what a client
/// does not read is kept.
class stream : public std::enable_shared_from_this<stream> {
public:
  enum class kind { idle, member, fast };

  stream(beast::tcp_stream socket, hub& all, kind what)
    : socket_(std::move(socket)),
      all_(all),
      kind_(what) {}

  ~stream() { all_.leave(this); }

  void start() {
    socket_.expires_never();
    send(std::make_shared<const std::string>(bench::stream_head));
    if (kind_ == kind::member)
      all_.join(this);
    watch();
  }

  void send(shared_text text) {
    queue_.push_back(std::move(text));
    if (queue_.size() == 1)
      write();
  }

private:
  void write() {
    asio::async_write(socket_, asio::buffer(*queue_.front()),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        self->on_written(ec);
                      });
  }

  void on_written(error_code ec) {
    if (ec)
      return all_.leave(this);
    queue_.pop_front();
    if (kind_ == kind::fast)
      queue_.push_back(
        std::make_shared<const std::string>(bench::event_chunk(++last_)));
    if (!queue_.empty())
      write();
  }

  /// Notices the peer's leave.
  void watch() {
    socket_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](error_code ec, auto) {
                              if (!ec)
                                return self->watch();
                              self->all_.leave(self.get());
                              self->socket_.close();
                            });
  }

  beast::tcp_stream socket_;
  hub& all_;
  kind kind_;
  std::uint64_t last_ = 0;
  std::deque<shared_text> queue_;
  std::array<char, 16> ignored_;
};

template <class F>
std::uint64_t hub::publish(std::uint64_t count, F make) {
  for (; count > 0; --count) {
    auto text = std::make_shared<const std::string>(make(++last_));
    for (auto* member : members_)
      member->send(text);
  }
  return last_;
}

/// One socket that speaks HTTP.
class session : public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, hubs& all)
    : socket_(std::move(socket)),
      all_(all) {}

  /// Only the head: not all bodies are to be read at once.
  void read() {
    parser_.emplace().body_limit(boost::none);
    socket_.expires_after(bench::beast_timeout);
    http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](error_code ec, std::size_t) {
        if (!ec)
          self->answer();
      });
  }

private:
  void answer() {
    auto& request = parser_->get();
    std::string_view target{request.target().data(), request.target().size()};
    if (target == "/health")
      reply("ok");
    else if (target.starts_with("/publish"))
      publish(all_.events, target, bench::event_chunk);
    else if (target.starts_with("/topic?"))
      publish_topic(target);
    else if (target == "/events" || target == "/topic")
      open(stream::kind::member, target == "/topic");
    else if (target == "/ws")
      std::make_shared<bench::beast_echo>(std::move(socket_))->accept(request);
    else if (target == "/sink")
      std::make_shared<bench::beast_sink>(
        std::move(socket_), std::move(buffer_), std::move(*parser_))
        ->read();
    else if (target.starts_with("/source"))
      std::make_shared<bench::beast_source>(
        std::move(socket_), bench::number_after("octets=", target))
        ->write();
    else
      open(target == "/fast" ? stream::kind::fast : stream::kind::idle);
  }

  template <class F>
  void publish(hub& where, std::string_view target, F make) {
    reply(std::to_string(
      where.publish(bench::number_after("count=", target), make)));
  }

  void publish_topic(std::string_view target) {
    auto size = bench::number_after("size=", target, bench::event_size);
    publish(all_.topic, target, [size](std::uint64_t number) {
      return bench::chunk_of(number, bench::topic_data(number, size));
    });
  }

  void reply(std::string text) {
    response_ = {http::status::ok, parser_->get().version()};
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    response_.keep_alive(parser_->get().keep_alive());
    response_.body() = std::move(text);
    response_.prepare_payload();
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        if (!ec && self->parser_->get().keep_alive())
                          self->read();
                      });
  }

  void open(stream::kind what, bool topic = false) {
    auto& members = topic ? all_.topic : all_.events;
    std::make_shared<stream>(std::move(socket_), members, what)->start();
  }

  beast::tcp_stream socket_;
  hubs& all_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

void accept(tcp::acceptor& listener, hubs& all) {
  listener.async_accept([&](error_code ec, tcp::socket socket) {
    if (!ec) {
      socket.set_option(tcp::no_delay{true});
      std::make_shared<session>(std::move(socket), all)->read();
    }
    accept(listener, all);
  });
}

} // namespace

int main(int argc, char** argv) {
  bench::prepare_process();
  asio::io_context io{1};
  hubs all;
  tcp::endpoint at{asio::ip::address_v4::loopback(),
                   bench::port_argument(argc, argv)};
  tcp::acceptor listener{io, at};
  accept(listener, all);
  bench::announce(listener.local_endpoint().port());
  io.run();
}
