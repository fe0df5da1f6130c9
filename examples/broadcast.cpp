// What is posted to a topic reaches all who read it. Publish from a terminal,
// watch at `/`, in as many windows as you like:
//
//     curl localhost:8080/topics/news -H 'Authorization: Bearer demo'
//          -d '{"data": "hello"}'
//
// The token is for show. A true one is secret, and comes from outside of the
// program: whoever knows it speaks to all.

#include "broadcast_page.hpp"
#include "page.hpp"

#include <lungo/run.hpp>

namespace http = lungo::http;
namespace sse = lungo::sse;
namespace topic = lungo::topic;

/// How many read the news is news too, in a topic of its own.
lungo::presence_actor::behavior_type
count_readers(lungo::presence_actor::pointer, lungo::topics to) {
  auto tell = [=](std::size_t readers) {
    to.publish("watching",
               sse::event{std::to_string(readers)}.name("watching"));
  };
  return {
    [=](const topic::joined& who) { tell(who.readers); },
    [=](const topic::left& who) { tell(who.readers); },
  };
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto& all = app.topics();
    all.declare("news", {.events = 100});
    all.declare("watching", {.events = 100});
    all.watch("news", app.spawn(count_readers, all));
    add_page(app, broadcast_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/events", sse::subscribe(all, {"news", "watching"},
                                      {.from = topic::beginning::oldest}));
    app.publish_route(
      "/topics/:topic",
      lungo::bearer_auth{.check = lungo::static_tokens({{"demo", {"you"}}})});
  });
}
