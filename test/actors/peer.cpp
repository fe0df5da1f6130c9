#include "peer.hpp"

#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <limits>

namespace lungo::test {

namespace asio = boost::asio;

namespace {

/// What Linux tells of a TCP socket, as far as it is needed here; the header
/// of the C library ends where `known` does.
struct segment_counters {
  tcp_info known;
  std::uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
  std::uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in;
};

} // namespace

peer::peer(tcp::socket socket) : socket_(std::move(socket)) {
  socket_.non_blocking(true);
}

void peer::send(std::string_view octets) {
  asio::write(socket_, asio::buffer(octets));
}

void peer::read(std::size_t most) {
  std::array<char, 16 * 1024> buffer;
  while (most > 0 && !end_) {
    auto room = asio::buffer(buffer, std::min(most, buffer.size()));
    boost::system::error_code ec;
    auto bytes = socket_.read_some(room, ec);
    text_.append(buffer.data(), bytes);
    most -= bytes;
    if (ec == asio::error::would_block)
      return;
    end_ = ec;
  }
}

const std::string& peer::text() {
  read(std::numeric_limits<std::size_t>::max());
  return text_;
}

bool peer::at_end() {
  text();
  return end_.failed();
}

bool peer::was_reset() {
  text();
  return end_ == asio::error::connection_reset;
}

void peer::half_close() {
  socket_.shutdown(tcp::socket::shutdown_send);
}

void peer::close() {
  socket_.close();
}

void peer::reset() {
  socket_.set_option(tcp::socket::linger(true, 0));
  socket_.close();
}

std::uint32_t peer::segments() {
  segment_counters info{};
  socklen_t size = sizeof info;
  getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
  return info.data_segs_in;
}

socket_pair connect_pair(asio::io_context& server, asio::io_context& client,
                         bool narrow) {
  using tcp = asio::ip::tcp;
  constexpr int few = 4096;
  tcp::acceptor listener{server, {asio::ip::address_v4::loopback(), 0}};
  tcp::socket there{client, tcp::v4()};
  if (narrow)
    there.set_option(tcp::socket::receive_buffer_size(few));
  there.connect(listener.local_endpoint());
  auto here = listener.accept();
  if (narrow)
    here.set_option(tcp::socket::send_buffer_size(few));
  return {std::move(here), std::move(there)};
}

} // namespace lungo::test
