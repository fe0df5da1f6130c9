#include "lungo/broker/acceptor.hpp"

#include "lungo/log.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <exception>
#include <utility>

namespace lungo {

namespace asio = boost::asio;

namespace {

using reuse_port
  = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Sockets taken in one turn, so that those already open get theirs.
constexpr int accepts_per_turn = 64;

bool nobody_waits(const boost::system::error_code& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again;
}

bool client_gave_up(const boost::system::error_code& ec) {
  return ec == asio::error::connection_aborted || ec == asio::error::interrupted
         || ec == boost::system::errc::protocol_error;
}

} // namespace

acceptor::acceptor(asio::io_context& io) : listener_(io) {}

result<std::uint16_t> acceptor::open(const std::string& address,
                                     std::uint16_t port, bool shared) {
  try {
    tcp::endpoint where{asio::ip::make_address(address), port};
    listener_.open(where.protocol());
    listener_.set_option(tcp::acceptor::reuse_address(true));
    if (shared)
      listener_.set_option(reuse_port(true));
    listener_.bind(where);
    listener_.listen();
    listener_.non_blocking(true);
    return listener_.local_endpoint().port();
  } catch (const boost::system::system_error& err) {
    boost::system::error_code ignored;
    listener_.close(ignored);
    return error{errc::address_unavailable,
                 fmt::format("cannot listen on {} port {}: {}", address, port,
                             err.code().message())};
  }
}

void acceptor::resume(on_socket taker, std::function<void()> starved) {
  taker_ = std::move(taker);
  on_starved_ = std::move(starved);
  paused_ = false;
  wait();
}

void acceptor::pause() {
  paused_ = true;
}

void acceptor::close() {
  accept_waiting(tcp::acceptor::max_listen_connections);
  pause();
  boost::system::error_code ignored;
  listener_.close(ignored);
}

void acceptor::wait() {
  if (waiting_ || closed())
    return;
  waiting_ = true;
  listener_.async_wait(tcp::acceptor::wait_read,
                       [this](const boost::system::error_code& failed) {
                         waiting_ = false;
                         if (!failed && !paused_)
                           accept_waiting(accepts_per_turn);
                       });
}

void acceptor::accept_waiting(int most) {
  for (int i = 0; i < most && !paused(); ++i) {
    boost::system::error_code ec;
    auto socket = listener_.accept(ec);
    if (!ec) {
      try {
        taker_(std::move(socket));
        starved_ = false;
      } catch (const std::exception& err) {
        return starve(err.what());
      }
    } else if (nobody_waits(ec)) {
      break;
    } else if (!client_gave_up(ec)) {
      return starve(ec.message());
    }
  }
  if (!paused())
    wait();
}

void acceptor::starve(std::string_view why) {
  if (!std::exchange(starved_, true))
    log::warn(fmt::format("accepting pauses: {}", why));
  pause();
  on_starved_();
}

} // namespace lungo
