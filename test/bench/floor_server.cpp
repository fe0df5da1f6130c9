// The floor: the routes of the benchmark on bare epoll, with one `write` per
// event and client and no care for anything that a server has to care for. What
// it costs, the kernel costs. With `--batch`, there is one `write` per client
// for all events of `/events` that one pass of its loop was asked to publish.

#include "event_text.hpp"
#include "floor_websocket.hpp"
#include "server_process.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

std::string plain(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\n"
                     "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Length: {}\r\n\r\n{}",
                     body.size(), body);
}

std::string source_head(std::uint64_t octets) {
  return fmt::format("HTTP/1.1 200 OK\r\n"
                     "Content-Type: application/octet-stream\r\n"
                     "Content-Length: {}\r\n\r\n",
                     octets);
}

struct client {
  int fd;
  bool fast = false;
  bool websocket = false;
  bool waiting = false; ///< For room in the kernel.
  std::uint64_t last = 0;
  std::uint64_t body = 0;   ///< Octets that are to come.
  std::uint64_t source = 0; ///< Octets that are to go.
  std::string in;
  std::string out; ///< What the kernel has not taken.
};

class floor_server {
public:
  floor_server(std::uint16_t port, bool batch);
  void run();

private:
  void watch(int fd, std::uint32_t events, int how);
  void accept_all();
  void on_ready(client& who, std::uint32_t events);
  void read(client& who);
  void answer(client& who, std::string_view request);
  void open(client& who, std::string_view request);
  void echo(client& who);
  void take_body(client& who);
  void give_body(client& who);
  void publish(std::uint64_t count);
  void write_batch();
  void publish_topic(std::string_view request);
  void write_or_drop(const std::string& chunk);
  void write(client& who, std::string_view octets);
  void flush(client& who);
  void wait_for_room(client& who, bool wanted);
  void drop(client& who);

  int listener_;
  int epoll_;
  std::unordered_map<int, std::unique_ptr<client>> clients_;
  std::vector<client*> members_;
  std::vector<client*> readers_; ///< Of the topic.
  bool batch_;
  std::string batched_; ///< Events of this pass.
  std::uint64_t last_ = 0;
  std::uint64_t last_of_topic_ = 0;
  const std::string health_ = plain("ok");
};

floor_server::floor_server(std::uint16_t port, bool batch)
  : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)),
    epoll_(epoll_create1(0)),
    batch_(batch) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* address = reinterpret_cast<sockaddr*>(&at);
  if (bind(listener_, address, size) != 0 || listen(listener_, SOMAXCONN) != 0)
    throw std::runtime_error("cannot listen");
  getsockname(listener_, address, &size);
  watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  bench::announce(ntohs(at.sin_port));
}

void floor_server::run() {
  constexpr int batch = 512;
  std::vector<epoll_event> events(batch);
  for (;;) {
    auto count = epoll_wait(epoll_, events.data(), batch, -1);
    for (int i = 0; i < count; ++i) {
      auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == listener_)
        accept_all();
      else if (auto at = clients_.find(event.data.fd); at != clients_.end())
        on_ready(*at->second, event.events);
    }
    write_batch();
  }
}

void floor_server::watch(int fd, std::uint32_t events, int how) {
  epoll_event what{};
  what.events = events;
  what.data.fd = fd;
  epoll_ctl(epoll_, how, fd, &what);
}

void floor_server::accept_all() {
  for (;;) {
    auto fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0)
      return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients_.emplace(
      fd, std::make_unique<client>(client{.fd = fd, .in = {}, .out = {}}));
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

void floor_server::on_ready(client& who, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    if (!who.out.empty())
      flush(who);
    else if (who.fast)
      write(who, bench::event_chunk(++who.last));
    else if (who.source > 0)
      give_body(who);
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read(who);
}

void floor_server::read(client& who) {
  static char buffer[64 * 1024];
  auto got = recv(who.fd, buffer, sizeof buffer, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN))
    return drop(who);
  if (got < 0)
    return;
  who.in.append(buffer, static_cast<std::size_t>(got));
  if (who.websocket)
    return echo(who);
  if (who.body > 0)
    return take_body(who);
  for (auto end = who.in.find(head_end); end != who.in.npos;
       end = who.in.find(head_end)) {
    auto head = who.in.substr(0, end);
    who.in.erase(0, end + head_end.size());
    answer(who, head);
  }
  if (who.in.empty())
    who.in = {};
}

void floor_server::answer(client& who, std::string_view request) {
  if (request.starts_with("GET /health ")) {
    write(who, health_);
  } else if (request.starts_with("POST /publish?")) {
    publish(bench::number_after("count=", request));
    write(who, plain(std::to_string(last_)));
  } else if (request.starts_with("POST /topic?")) {
    publish_topic(request);
    write(who, plain(std::to_string(last_of_topic_)));
  } else if (request.starts_with("GET /ws ")) {
    who.websocket = true;
    write(who, bench::websocket_head(request));
  } else if (request.starts_with("POST /sink ")) {
    who.last = who.body = bench::number_after("Content-Length: ", request);
    take_body(who);
  } else if (request.starts_with("GET /source?")) {
    who.source = bench::number_after("octets=", request);
    write(who, source_head(who.source));
    wait_for_room(who, true);
  } else {
    open(who, request);
  }
}

void floor_server::open(client& who, std::string_view request) {
  write(who, bench::stream_head);
  who.fast = request.starts_with("GET /fast ");
  if (request.starts_with("GET /events "))
    members_.push_back(&who);
  else if (request.starts_with("GET /topic "))
    readers_.push_back(&who);
  else if (who.fast)
    wait_for_room(who, true);
}

void floor_server::echo(client& who) {
  auto* input = who.in.data();
  auto size = who.in.size();
  for (auto frame = bench::take_frame(input, size); !frame.empty();
       frame = bench::take_frame(input, size))
    write(who, frame);
  who.in = std::string{input, size};
}

void floor_server::take_body(client& who) {
  who.body -= std::min<std::uint64_t>(who.in.size(), who.body);
  who.in.clear();
  if (who.body == 0)
    write(who, plain(std::to_string(who.last)));
}

void floor_server::give_body(client& who) {
  static const std::string zeros(64 * 1024, '\0');
  auto piece = std::min<std::uint64_t>(who.source, zeros.size());
  who.source -= piece;
  write(who, std::string_view{zeros}.substr(0, piece));
  if (who.source == 0 && who.out.empty())
    wait_for_room(who, false);
}

void floor_server::publish(std::uint64_t count) {
  for (; count > 0; --count) {
    auto chunk = bench::event_chunk(++last_);
    if (batch_)
      batched_ += chunk;
    else
      for (auto* member : members_)
        write(*member, chunk);
  }
}

void floor_server::write_batch() {
  if (batched_.empty())
    return;
  for (auto* member : members_)
    write(*member, batched_);
  batched_.clear();
}

void floor_server::publish_topic(std::string_view request) {
  auto count = bench::number_after("count=", request);
  auto size = bench::number_after("size=", request, bench::event_size);
  for (; count > 0; --count) {
    auto number = ++last_of_topic_;
    write_or_drop(bench::chunk_of(number, bench::topic_data(number, size)));
  }
}

/// Nothing is kept for a reader: whoever has no room for all of it goes.
void floor_server::write_or_drop(const std::string& chunk) {
  std::vector<client*> full;
  for (auto* reader : readers_)
    if (send(reader->fd, chunk.data(), chunk.size(), MSG_NOSIGNAL)
        != std::ssize(chunk))
      full.push_back(reader);
  for (auto* reader : full)
    drop(*reader);
}

void floor_server::write(client& who, std::string_view octets) {
  if (!who.out.empty()) {
    who.out += octets;
    return;
  }
  auto sent = send(who.fd, octets.data(), octets.size(), MSG_NOSIGNAL);
  auto taken = sent < 0 ? std::size_t{0} : static_cast<std::size_t>(sent);
  if (taken == octets.size())
    return;
  who.out = octets.substr(taken);
  wait_for_room(who, true);
}

void floor_server::flush(client& who) {
  auto rest = std::exchange(who.out, {});
  write(who, rest);
  if (who.out.empty())
    wait_for_room(who, who.fast || who.source > 0);
}

void floor_server::wait_for_room(client& who, bool wanted) {
  if (std::exchange(who.waiting, wanted) != wanted)
    watch(who.fd, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
}

void floor_server::drop(client& who) {
  std::erase(members_, &who);
  std::erase(readers_, &who);
  close(who.fd);
  clients_.erase(who.fd);
}

} // namespace

int main(int argc, char** argv) {
  bench::prepare_process();
  floor_server{bench::port_argument(argc, argv),
               argc > 2 && std::string_view{argv[2]} == "--batch"}
    .run();
}
