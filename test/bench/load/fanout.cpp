#include "answer_reader.hpp"
#include "stream_report.hpp"
#include "streams.hpp"
#include "window.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace bench {

namespace {

using steady = std::chrono::steady_clock;

/// Lets the server publish, one request at a time.
class publisher {
public:
  explicit publisher(std::uint16_t port) : socket_(port) {}

  void publish(std::size_t count) {
    socket_.request("POST", fmt::format("/publish?count={}", count));
    asked_ = true;
  }

  /// May the next request go?
  bool ready() {
    if (asked_)
      if (auto body = answer_.put(socket_.read())) {
        std::from_chars(body->data(), body->data() + body->size(), last_);
        asked_ = false;
      }
    return !asked_;
  }

  /// The number of the latest event, as of the last answer.
  std::uint64_t last() const noexcept { return last_; }

private:
  connection socket_;
  answer_reader answer_;
  std::uint64_t last_ = 0;
  bool asked_ = false;
};

class fanout {
public:
  explicit fanout(const options& o)
    : options_(o),
      all_(o.port, "/events", o.connections),
      publisher_(o.port) {
    publisher_.publish(0);
    auto none = [](std::size_t, std::uint64_t) {};
    while (!publisher_.ready())
      all_.poll(none);
    all_.begin_after(publisher_.last());
  }

  const streams& all() const noexcept { return all_; }

  void publish_for(window& under_way, steady::duration length) {
    for (auto end = steady::now() + length; steady::now() < end;) {
      if (under_way.room() > 0 && publisher_.ready()) {
        publisher_.publish(under_way.room());
        under_way.publish(under_way.room());
      }
      read(under_way);
    }
  }

  /// Reads what is under way, for as long as more of it comes.
  void finish(window& under_way) {
    auto seen = all_.events();
    auto seen_at = steady::now();
    while (!under_way.empty()
           && steady::now() - seen_at < options_.stall_after) {
      read(under_way);
      if (std::exchange(seen, all_.events()) != all_.events())
        seen_at = steady::now();
    }
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_.count_behind(i, under_way.published());
  }

  window make_window() const {
    return {options_.window, options_.connections, publisher_.last()};
  }

private:
  void read(window& under_way) {
    all_.poll([&](std::size_t, std::uint64_t id) { under_way.arrived(id); });
  }

  const options& options_;
  streams all_;
  publisher publisher_;
};

} // namespace

report run_fanout(const options& o) {
  constexpr std::chrono::milliseconds warm_up{300};
  server_figures server{o.server};
  fanout load{o};
  auto under_way = load.make_window();
  load.publish_for(under_way, warm_up);
  stream_span span{server, load.all().so_far()};
  load.publish_for(under_way, o.length);
  auto figures = span.finish();
  load.finish(under_way);
  add_checks(figures, load.all().so_far());
  return figures;
}

} // namespace bench
