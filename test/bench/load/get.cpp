#include "answer_reader.hpp"
#include "connection.hpp"
#include "modes.hpp"
#include "parts.hpp"
#include "poller.hpp"
#include "server_figures.hpp"

#include <vector>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

class get_load {
public:
  explicit get_load(const options& o) {
    for (std::size_t i = 0; i < o.connections; ++i) {
      clients_.emplace_back(o.port);
      poller_.watch(clients_.back().socket.fd(), i);
      ask(clients_.back());
    }
  }

  void run_for(steady::duration length) {
    for (auto end = steady::now() + length; steady::now() < end;)
      poller_.poll([this](std::size_t i) { on_ready(clients_[i]); });
  }

  double answers() const noexcept { return answers_; }

private:
  struct client {
    explicit client(std::uint16_t port) : socket(port) {}
    connection socket;
    answer_reader reader;
  };

  void ask(client& one) { one.socket.request("GET", "/health"); }

  void on_ready(client& one) {
    if (!one.reader.put(one.socket.read()))
      return;
    ++answers_;
    ask(one);
  }

  poller poller_;
  std::vector<client> clients_;
  double answers_ = 0;
};

} // namespace

report run_get(const options& o) {
  constexpr std::chrono::milliseconds warm_up{300};
  server_figures server{o.server};
  parts<get_load> load{o, std::make_unique<get_load, const options&>};
  auto run_for = [&](steady::duration length) {
    load.run([=](get_load& one, std::size_t) { one.run_for(length); });
    return load.sum([](const get_load& one) { return one.answers(); });
  };
  auto answers = run_for(warm_up);
  auto cpu = server.cpu();
  auto begin = steady::now();
  answers = run_for(o.length) - answers;
  std::chrono::duration<double, std::micro> used = server.cpu() - cpu;
  std::chrono::duration<double> took = steady::now() - begin;
  return {
    {"requests", answers},
    {"requests_per_s", answers / took.count()},
    {"cpu_us_per_request", used.count() / answers},
    {"cpu_share", used.count() / 1e6 / took.count()},
  };
}

} // namespace bench
