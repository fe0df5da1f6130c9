// Whoever holds the handle of a connection may send to it. Here a hub holds
// those of all listeners and passes on what is posted, encoded once for all:
//
//     curl -N localhost:8080/messages            listens
//     curl -d 'good morning' localhost:8080/messages

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <algorithm>

namespace http = lungo::http;
namespace sse = lungo::sse;

using join = caf::atom_constant<caf::atom("join")>;
using crowd = caf::atom_constant<caf::atom("crowd")>;

/// A connection that understands events, as all do, and one message besides.
using listener = sse::connection<sse::no_state,
                                 // So many listen now. (hub)
                                 caf::reacts_to<crowd, std::size_t>>;

using hub_actor = caf::typed_actor<
  // Let me hear what is said. (listener)
  caf::reacts_to<join, listener::handle_type>,
  // Say this to all. (whoever)
  caf::reacts_to<std::string>>;

struct hub_state {
  std::vector<listener::handle_type> listeners;
  std::uint64_t said = 0;
};

hub_actor::behavior_type hub(hub_actor::stateful_pointer<hub_state> self) {
  auto& all = self->state.listeners;
  auto tell_crowd = [=, &all] {
    for (auto& each : all)
      self->send(each, crowd::value, all.size());
  };
  self->set_down_handler([=, &all](const caf::down_msg& gone) {
    std::erase_if(all, [&](auto& each) { return each == gone.source; });
    tell_crowd();
  });
  return {
    [=, &all](join, const listener::handle_type& newcomer) {
      self->monitor(newcomer);
      all.push_back(newcomer);
      tell_crowd();
    },
    [=, &all](const std::string& text) {
      auto once = sse::encode(sse::event{text}.id(++self->state.said));
      for (auto& each : all)
        self->send(each, once);
    },
  };
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto everyone = app.spawn(hub);
    auto listen = [everyone](listener* self) -> listener::behavior_type {
      self->send(everyone, join::value, self->handle());
      return {[=](crowd, std::size_t size) {
        self->push(sse::event{fmt::format("{}", size)}.name("crowd"));
      }};
    };
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/messages", sse::upgrade(listen));
    app.post("/messages", [everyone](const http::request& request) {
      if (auto good = sse::check_data(request.body); !good)
        return http::text(good.error().message, http::status::bad_request);
      caf::anon_send(everyone, request.body);
      return http::empty(http::status::accepted);
    });
  });
}
