#include "tally.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

namespace lungo::test {

namespace {

using note_atom = caf::atom_constant<caf::atom("note")>;
using count_map = std::map<std::string, std::uint64_t>;

std::string to_json(const msg::counts& counts, const count_map& noted) {
  std::string list;
  for (auto& [what, times] : noted)
    list += fmt::format("{}\"{}\": {}", list.empty() ? "" : ", ", what, times);
  return fmt::format(R"({{"connections": {}, "spawned": {}, )"
                     R"("admissions": {}, "noted": {{{}}}}})",
                     counts.connections, counts.spawned, counts.admissions,
                     list);
}

caf::behavior counter(caf::event_based_actor* self, server* app) {
  auto noted = std::make_shared<count_map>();
  return {
    [=](note_atom, const std::string& what) { ++(*noted)[what]; },
    [=](const http::request_ptr&) {
      auto promise = self->make_response_promise();
      self->request(app->supervisor(), caf::infinite, msg::count{})
        .then([=](const msg::counts& counts) mutable {
          promise.deliver(http::answer{http::json(to_json(counts, *noted))});
        });
      return promise;
    },
  };
}

} // namespace

tally::tally(server& app) : counter_(app.system().spawn(counter, &app)) {}

void tally::note(std::string what) const {
  caf::anon_send(counter_, note_atom::value, std::move(what));
}

std::function<void(close_reason)> tally::closing() const {
  return [*this](close_reason why) { note(std::string{to_string(why)}); };
}

handler_actor tally::handler() const {
  return caf::actor_cast<handler_actor>(counter_);
}

} // namespace lungo::test
