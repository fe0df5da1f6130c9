#include "answer_reader.hpp"
#include "connection.hpp"
#include "modes.hpp"
#include "poller.hpp"
#include "server_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::uint64_t mib = 1024 * 1024;

/// One connection with a body, and what it costs the server.
class transfer {
public:
  explicit transfer(const options& o)
    : octets_(o.mib * mib),
      server_(o.server),
      socket_(o.port),
      cpu_(server_.cpu()),
      begin_(steady::now()) {
    poller_.watch(socket_.fd(), 0);
  }

  void upload() {
    socket_.request("POST", "/sink",
                    fmt::format("Content-Length: {}\r\n", octets_));
    send_body();
    answer_reader reader;
    std::optional<std::string_view> counted;
    while (!counted)
      poller_.poll([&](std::size_t) { counted = reader.put(socket_.read()); });
    if (*counted != std::to_string(octets_))
      throw std::runtime_error(fmt::format("the server has got {}", *counted));
  }

  void download() {
    socket_.request("GET", fmt::format("/source?octets={}", octets_));
    auto left = octets_ - read_head();
    while (left > 0)
      poller_.poll([&](std::size_t) { left -= checked(socket_.read(), left); });
  }

  report finish() const {
    std::chrono::duration<double, std::micro> used = server_.cpu() - cpu_;
    std::chrono::duration<double> took = steady::now() - begin_;
    auto size = static_cast<double>(octets_ / mib);
    return {
      {"mib", size},
      {"mib_per_s", size / took.count()},
      {"cpu_us_per_mib", used.count() / size},
      {"cpu_share", used.count() / 1e6 / took.count()},
      {"peak_resident", static_cast<double>(server_.peak_resident())},
    };
  }

private:
  void send_body() {
    const std::string zeros(64 * 1024, '\0');
    for (auto left = octets_; left > 0;) {
      auto piece = std::min<std::uint64_t>(left, zeros.size());
      auto sent = socket_.send_some({zeros.data(), piece});
      left -= sent;
      // Naps where nothing comes, and nothing should before the body's end.
      if (sent == 0)
        poller_.poll([this](std::size_t) {
          throw std::runtime_error("an answer before its time: "
                                   + std::string{socket_.read()});
        });
    }
  }

  /// Returns how much of the body has come with it.
  std::uint64_t read_head() {
    constexpr std::string_view head_end = "\r\n\r\n";
    std::string head;
    while (head.find(head_end) == head.npos)
      poller_.poll([&](std::size_t) { head += socket_.read(); });
    if (!head.starts_with("HTTP/1.1 200 ")
        || head.find(fmt::format("Content-Length: {}\r\n", octets_))
             == head.npos)
      throw std::runtime_error("this is no download");
    auto body_at = head.find(head_end) + head_end.size();
    return checked({head.data() + body_at, head.size() - body_at}, octets_);
  }

  static std::uint64_t checked(std::string_view octets, std::uint64_t most) {
    if (octets.size() > most)
      throw std::runtime_error("more octets than were promised");
    return octets.size();
  }

  std::uint64_t octets_;
  server_figures server_;
  connection socket_;
  poller poller_;
  std::chrono::nanoseconds cpu_;
  steady::time_point begin_;
};

} // namespace

report run_upload(const options& o) {
  transfer one{o};
  one.upload();
  return one.finish();
}

report run_download(const options& o) {
  transfer one{o};
  one.download();
  return one.finish();
}

} // namespace bench
