// The routes of the benchmark with Lungo. All events of `/events` come from one
// actor, which is the handler of `/publish` too; those of `/topic` from another
// of its kind.

#include "event_text.hpp"
#include "server_process.hpp"

#include <lungo/run.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using join_atom = caf::atom_constant<caf::atom("join")>;
using leave_atom = caf::atom_constant<caf::atom("leave")>;

using hub_actor = lungo::handler_actor::extend<
  // Send me what is published from now on.
  caf::reacts_to<join_atom, lungo::sse_connection_actor>,
  // Send me nothing more.
  caf::reacts_to<leave_atom, lungo::sse_connection_actor>>;

class hub : public hub_actor::base {
public:
  using hub_actor::base::base;

  behavior_type make_behavior() override {
    return {
      [this](const lungo::http::request_ptr& request) {
        publish(std::stoul(request->query_param("count").value_or("1")));
        return lungo::http::answer{lungo::http::text(std::to_string(last_))};
      },
      [this](join_atom, const lungo::sse_connection_actor& who) {
        members_.push_back(who);
      },
      [this](leave_atom, const lungo::sse_connection_actor& who) {
        std::erase(members_, who);
      },
    };
  }

private:
  void publish(std::size_t count) {
    for (; count > 0; --count) {
      auto frame = lungo::sse::encode(
        lungo::sse::event{bench::event_data()}.id(++last_));
      for (auto& member : members_)
        send(member, frame);
    }
  }

  std::vector<lungo::sse_connection_actor> members_;
  std::uint64_t last_ = 0;
};

auto member_of(hub_actor hub) {
  return lungo::sse::upgrade([hub](lungo::sse::connection<>* self) {
    self->send(hub, join_atom::value, self->handle());
    self->on_close([self, hub](lungo::close_reason) {
      self->send(hub, leave_atom::value, self->handle());
    });
    return lungo::sse::behavior{};
  });
}

/// A slow reader is let go when the topic has gone on by so much.
constexpr std::size_t topic_bytes = 4 * 1024 * 1024;

/// Publishes as many numbered events as are asked for, each by `publish`.
template <class F>
auto publish_by(F publish) {
  auto last = std::make_shared<std::atomic<std::uint64_t>>(0);
  return [publish, last](const lungo::http::request& request) {
    auto count = std::stoul(request.query_param("count").value_or("1"));
    auto size = request.query_param("size");
    auto octets = size ? std::stoul(*size) : bench::event_size;
    for (; count > 0; --count)
      publish(lungo::sse::event{bench::topic_data(++*last, octets)});
    return lungo::http::text(std::to_string(*last));
  };
}

struct ticker {
  std::uint64_t last = 0;
};

lungo::sse::behavior tick_fast(lungo::sse::connection<ticker>* self) {
  self->on_drained([self] {
    while (self->writable())
      self->push(lungo::sse::event{bench::event_data()}.id(++self->state.last));
  });
  return {};
}

lungo::sse::behavior stay_idle(lungo::sse::connection<>*) {
  return {};
}

lungo::websocket::behavior echo(lungo::websocket::connection<>* self) {
  self->on_message(
    [self](const lungo::websocket::message& said) { self->push(said); });
  return {};
}

/// Counts a body while it comes.
lungo::http::intake sink(const lungo::http::request&) {
  auto size = std::make_shared<std::uint64_t>(0);
  return lungo::http::read_body(
    [size](std::string_view octets) { *size += octets.size(); },
    [size] { return lungo::http::text(std::to_string(*size)); });
}

/// As many octets as were asked for.
lungo::http::answer source(const lungo::http::request& request) {
  auto all = std::stoull(request.query_param("octets").value_or("0"));
  auto on_open = [all](lungo::stream::connection<>* self) {
    self->on_drained([self, left = all]() mutable {
      static const std::string zeros(16 * 1024, '\0');
      while (left > 0 && self->writable()) {
        auto piece = std::min<std::uint64_t>(left, zeros.size());
        self->push(std::string_view{zeros}.substr(0, piece));
        left -= piece;
      }
      if (left == 0)
        self->close();
    });
    return lungo::stream::behavior{};
  };
  return lungo::stream::upgrade(on_open, lungo::stream::options{all});
}

} // namespace

int main(int argc, char** argv) {
  bench::prepare_process();
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto hub_of_all = app.system().spawn<hub>();
    app.get("/health", [](const lungo::http::request&) {
      return lungo::http::text("ok");
    });
    app.post("/publish", hub_of_all);
    app.get("/events", member_of(hub_of_all));
    app.topics().declare("bench", {.bytes = topic_bytes});
    app.get("/topic", lungo::sse::subscribe(app.topics(), {"bench"}));
    app.post("/topic",
             publish_by([to = app.topics()](const lungo::sse::event& what) {
               to.publish("bench", what);
             }));
    app.get("/fast", lungo::sse::upgrade(tick_fast));
    app.get("/idle", lungo::sse::upgrade(stay_idle));
    app.get("/ws", lungo::websocket::upgrade(echo));
    app.post("/sink", sink);
    app.get("/source", source);
  });
}
