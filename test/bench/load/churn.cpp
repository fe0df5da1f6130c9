#include "connection.hpp"
#include "event_reader.hpp"
#include "modes.hpp"
#include "parts.hpp"
#include "poller.hpp"
#include "server_figures.hpp"

#include <ctime>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

/// Streams that are opened by the clock, and closed when their head has come.
class visits {
public:
  explicit visits(const options& o)
    : port_(o.port),
      count_(o.rate * static_cast<std::size_t>(o.length.count()) / 1000),
      interval_(std::chrono::nanoseconds{std::chrono::seconds{1}}
                / static_cast<std::int64_t>(o.rate)) {}

  /// Opens as many as are due in a round, and returns when all are closed.
  void run() {
    constexpr std::chrono::seconds patience{20};
    auto count = count_;
    auto due = steady::now();
    auto deadline
      = due + static_cast<std::int64_t>(count) * interval_ + patience;
    while (count > 0 || !open_.empty()) {
      auto now = steady::now();
      if (now > deadline)
        throw std::runtime_error("the server does not answer");
      if (count > 0 && now >= due) {
        open();
        due += interval_;
        --count;
      }
      poller_.poll([this](std::size_t fd) { read(fd); });
    }
  }

  std::size_t count() const noexcept { return count_; }

private:
  struct visit {
    explicit visit(std::uint16_t port) : socket(port) {}
    connection socket;
    event_reader reader;
  };

  void open() {
    visit one{port_};
    auto fd = one.socket.fd();
    poller_.watch(fd, static_cast<std::size_t>(fd));
    one.socket.request("GET", "/idle", event_reader::fields);
    open_.emplace(fd, std::move(one));
  }

  void read(std::size_t fd) {
    auto at = open_.find(static_cast<int>(fd));
    auto& [socket, reader] = at->second;
    reader.put(socket.read(), [](const event&) {});
    if (reader.open())
      open_.erase(at);
  }

  std::uint16_t port_;
  std::size_t count_; ///< In a round.
  std::chrono::nanoseconds interval_;
  poller poller_;
  std::unordered_map<int, visit> open_; ///< By their descriptors.
};

/// What the server holds when nobody visits it.
class leftovers {
public:
  explicit leftovers(const server_figures& server)
    : server_(server),
      before_(server.descriptors()) {}

  /// Looks when the server has let go of all sockets. One that keeps some is
  /// waited for once only: then its figures tell.
  void look() {
    constexpr timespec nap{0, 1'000'000};
    while (server_.descriptors() > before_ && steady::now() < deadline_)
      nanosleep(&nap, nullptr);
    anonymous_.push_back(
      static_cast<double>(server_.now_in_memory().anonymous));
    descriptors_.push_back(static_cast<double>(server_.descriptors()));
  }

  /// From the first look to the last.
  void add_growth(report& to) const {
    to.emplace_back("anonymous_first", anonymous_.front());
    to.emplace_back("anonymous_growth", anonymous_.back() - anonymous_.front());
    to.emplace_back("descriptor_growth",
                    descriptors_.back() - descriptors_.front());
  }

private:
  const server_figures& server_;
  std::size_t before_;
  steady::time_point deadline_ = steady::now() + std::chrono::seconds{30};
  std::vector<double> anonymous_;
  std::vector<double> descriptors_;
};

} // namespace

report run_churn(const options& o) {
  server_figures server{o.server};
  leftovers left{server};
  parts<visits> load{o, std::make_unique<visits, const options&>};
  std::chrono::duration<double> took{};
  auto cpu = server.cpu();
  for (std::size_t i = 0; i < o.rounds; ++i) {
    auto begin = steady::now();
    load.run([](visits& some, std::size_t) { some.run(); });
    took += steady::now() - begin;
    left.look();
  }
  std::chrono::duration<double, std::micro> used = server.cpu() - cpu;
  auto each = load.sum([](const visits& some) { return some.count(); });
  auto all = static_cast<double>(o.rounds * each);
  report figures{
    {"connects", all},
    {"connects_per_s", all / took.count()},
    {"cpu_us_per_connect", used.count() / all},
  };
  left.add_growth(figures);
  return figures;
}

} // namespace bench
