#include "lungo/broker/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace lungo {

namespace asio = boost::asio;

namespace {

/// As many pieces as one gathered write of Asio takes.
constexpr std::size_t pieces_per_write = 64;
/// An idle session keeps no larger queue than this.
constexpr std::size_t idle_capacity = 4;

bool is_temporary(const boost::system::error_code& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again
         || ec == asio::error::interrupted;
}

} // namespace

session::session(session_host& host, session_id id, tcp::socket socket)
  : host_(host),
    id_(id),
    socket_(std::move(socket)),
    last_write_(host.now()) {}

void session::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void session::queue(flow::octets piece) {
  if (closed())
    return;
  if (output_.empty())
    last_write_ = host_.now();
  output_.push_back(std::move(piece));
}

void session::flush() {
  while (!closed() && !output_.empty() && !blocked_) {
    boost::container::static_vector<asio::const_buffer, pieces_per_write> batch;
    auto skip = output_offset_;
    for (auto i = output_first_;
         i < output_.size() && batch.size() < pieces_per_write; ++i) {
      auto view = output_[i].view().substr(skip);
      batch.emplace_back(view.data(), view.size());
      skip = 0;
    }
    boost::system::error_code ec;
    // The kernel takes one piece with less ado than a list of one.
    auto bytes = batch.size() == 1 ? socket_.write_some(batch.front(), ec)
                                   : socket_.write_some(batch, ec);
    if (!ec) {
      sent(bytes);
    } else if (is_temporary(ec)) {
      blocked_ = true;
      host_.wait_writable(id_, socket_);
    } else {
      on_lost();
      return;
    }
  }
}

void session::sent(std::size_t bytes) {
  last_write_ = host_.now();
  std::size_t cost = 0;
  output_offset_ += bytes;
  while (output_first_ < output_.size()
         && output_offset_ >= output_[output_first_].view().size()) {
    auto& done = output_[output_first_++];
    output_offset_ -= done.view().size();
    cost += done.cost();
    done = {};
  }
  auto all = output_first_ == output_.size();
  if (all) {
    output_.clear();
    output_first_ = 0;
    if (output_.capacity() > idle_capacity)
      output_.shrink_to_fit();
  } else if (output_first_ > pieces_per_write) {
    using difference = std::vector<flow::octets>::difference_type;
    output_.erase(output_.begin(),
                  output_.begin() + static_cast<difference>(output_first_));
    output_first_ = 0;
  }
  if (cost > 0)
    on_sent(cost);
  if (all)
    on_flushed();
}

void session::readable() {
  reading_ = false;
  on_readable();
}

void session::writable() {
  blocked_ = false;
  flush();
}

session::read_result session::read(std::string_view& got) {
  auto buffer = host_.read_buffer();
  boost::system::error_code ec;
  auto bytes
    = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), ec);
  if (!ec) {
    got = {buffer.data(), bytes};
    return read_result::octets;
  }
  return is_temporary(ec) ? read_result::nothing : read_result::end;
}

void session::wait_readable() {
  if (reading_ || closed())
    return;
  reading_ = true;
  host_.wait_readable(id_, socket_);
}

bool session::write_stalled(time_point now) const {
  return blocked_ && now - last_write_ > host_.config().limits.write_timeout;
}

void session::linger() {
  if (lingering_ || closed())
    return;
  lingering_ = true;
  last_write_ = host_.now();
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  wait_readable();
}

void session::drop_input() {
  std::string_view dropped;
  switch (read(dropped)) {
  case read_result::end:
    close();
    break;
  default:
    wait_readable();
  }
}

bool session::lingered_enough(time_point now) const {
  return lingering_ && now - last_write_ > linger_time;
}

session::peer_state session::look_at_peer() {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size)
      != 0)
    return peer_state::gone;
  switch (info.tcpi_state) {
  case TCP_CLOSE:
    return peer_state::gone;
  case TCP_CLOSE_WAIT:
    return peer_state::half_closed;
  default:
    return peer_state::there;
  }
}

std::string session::peer() const {
  boost::system::error_code ec;
  auto end = socket_.remote_endpoint(ec);
  if (ec)
    return {};
  auto text = end.address().to_string();
  return end.address().is_v6() ? fmt::format("[{}]:{}", text, end.port())
                               : fmt::format("{}:{}", text, end.port());
}

void session::reset_on_close() {
  boost::system::error_code ignored;
  socket_.set_option(tcp::socket::linger(true, 0), ignored);
}

} // namespace lungo
