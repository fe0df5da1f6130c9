// A stream is a wish until every middleware has agreed. The handler says which
// stream it would give and for whom; only then can a middleware judge that, and
// if it refuses, no connection actor has ever been started.
//
//     curl -i  localhost:8080/rooms/lobby             streams
//     curl -i  localhost:8080/rooms/board             403
//     curl -i 'localhost:8080/rooms/board?ticket=oak' streams
//     curl     localhost:8080/started                 2

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <atomic>

namespace http = lungo::http;
namespace sse = lungo::sse;

constexpr auto audience = "X-Audience";

/// Knows the rooms, but not who may enter.
class rooms {
public:
  explicit rooms(std::shared_ptr<std::atomic<int>> started)
    : stream_(sse::upgrade([started](sse::connection<>* self) {
        ++*started;
        auto room = self->request().param("room");
        self->push(sse::event{fmt::format("welcome to the {}", room)});
        return sse::behavior{};
      })) {}

  http::answer operator()(const http::request& request) const {
    auto room = request.param("room");
    if (room != "lobby" && room != "board")
      return http::text("no such room", http::status::not_found);
    http::upgrade wish = stream_;
    wish.fields.set(audience, room == "board" ? "members" : "all");
    return wish;
  }

private:
  sse::upgrade_handler stream_;
};

/// Knows who may enter, but not the rooms. The field was meant for it alone. In
/// earnest a ticket is good for one entry: queries stand in logs.
http::verdict admit_members(const http::exchange& prepared) {
  auto wanted = prepared.response.fields.get(audience);
  auto ticket = prepared.request->query_param("ticket");
  if (wanted == "members" && ticket != "oak")
    return http::replace{http::text("members only", http::status::forbidden)};
  return http::amend{}.remove(audience);
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto started = std::make_shared<std::atomic<int>>(0);
    auto members = lungo::make_middleware("members", {.review = admit_members});

    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/rooms/:room", rooms{started}).with(members);
    app.get("/started", [started](auto&) {
      return http::text(fmt::format("{}", started->load()));
    });
  });
}
