#include "connection.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace bench {

connection::connection(std::uint16_t port, int room)
  : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // What the peer is offered is settled when they connect.
  if (room > 0)
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
    auto why = fmt::format("cannot connect: {}", std::strerror(errno));
    close(fd_);
    throw std::runtime_error(why);
  }
  int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

connection::connection(connection&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)) {}

connection::~connection() {
  if (fd_ >= 0)
    close(fd_);
}

void connection::request(std::string_view method, std::string_view target,
                         std::string_view fields) {
  if (method == "POST" && fields.empty())
    fields = "Content-Length: 0\r\n";
  send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", method,
                   target, fields));
}

void connection::send(std::string_view octets) {
  auto sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(octets.size()))
    throw std::runtime_error("cannot send");
}

std::size_t connection::send_some(std::string_view octets) {
  auto sent
    = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0)
    return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EINTR)
    return 0;
  throw std::runtime_error("the server does not take what is sent");
}

bool connection::wait(std::chrono::milliseconds longest) const {
  pollfd what{fd_, POLLIN, 0};
  return poll(&what, 1, static_cast<int>(longest.count())) > 0;
}

std::string_view connection::read() {
  static thread_local char buffer[64 * 1024];
  auto got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got > 0)
    return {buffer, static_cast<std::size_t>(got)};
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return {};
  throw std::runtime_error("the server has closed a connection");
}

} // namespace bench
