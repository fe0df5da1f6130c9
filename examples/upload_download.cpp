// Bodies as streams, both ways and in flat memory: an upload that is counted
// while it comes, lines that are made while they are sent, what an actor sends
// from elsewhere, and a body that middleware changes on its way in and out.
//
//     curl -T large.file     localhost:8080/upload -X POST
//     curl -N                localhost:8080/download
//     curl -d 'hello world'  localhost:8080/echo_transform

#include "page.hpp"
#include "upload_download_page.hpp"
#include "upload_progress.hpp"

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <algorithm>
#include <cctype>

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace sse = lungo::sse;
namespace stream = lungo::stream;

/// Calls `make` for the next octets while the client takes them, and ends where
/// it returns none.
template <class Make>
stream::behavior produce(stream::connection<>* self, Make make) {
  self->on_drained([=]() mutable {
    while (self->writable()) {
      auto octets = make();
      if (octets.empty())
        return self->close();
      self->push(octets);
    }
  });
  return {};
}

stream::behavior lines(stream::connection<>* self) {
  return produce(self, [n = 0]() mutable {
    return n == 1000 ? std::string{} : fmt::format("Line {}\n", ++n);
  });
}

/// As many octets as were asked for.
http::answer zeros(const http::request& request) {
  auto asked = request.query_param("bytes").value_or("0");
  auto size = std::strtoull(asked.c_str(), nullptr, 10);
  auto on_open = [size](stream::connection<>* self) {
    return produce(self, [left = size]() mutable {
      auto some = std::min<std::uint64_t>(left, 16 * 1024);
      left -= some;
      return std::string(some, '\0');
    });
  };
  return stream::upgrade(on_open, stream::options{size})
    .with("Content-Type", "application/octet-stream");
}

/// In the place of another server: sends ten chunks to whoever asks.
caf::behavior upstream(caf::event_based_actor* self,
                       lungo::stream_connection_actor to) {
  return {[=](int n) {
    self->send(to, stream::piece{fmt::format("Chunk {}\n", n)});
    if (n < 10)
      return self->delayed_send(self, 100ms, n + 1);
    self->send(to, lungo::close_atom_v);
    self->quit();
  }};
}

stream::behavior proxy(stream::connection<>* self) {
  self->send(self->spawn(upstream, self->handle()), 1);
  return {};
}

stream::behavior echo(stream::connection<>* self) {
  self->on_body([=](std::string_view octets) { self->push(octets); });
  self->on_body_end([=] { self->close(); });
  return {};
}

std::string with_capitals(std::string_view octets, bool) {
  std::string out{octets};
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return out;
}

std::string with_underscores(std::string_view octets, bool) {
  std::string out{octets};
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto shout = lungo::make_middleware(
      "shout", {.enter = [](const http::request&) -> http::verdict {
        return http::amend{}.transform_body(with_capitals);
      }});
    auto join = lungo::make_middleware(
      "join", {.review = [](const http::exchange&) -> http::verdict {
        return http::amend{}.transform_body(with_underscores);
      }});
    auto progress = app.spawn(upload_progress);

    add_page(app, upload_download_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.post("/upload", counting(progress));
    app.get("/progress/:id", watching(progress));
    app.get("/download",
            stream::upgrade(lines).with("Content-Type", "text/plain"));
    app.get("/files/random", zeros);
    app.get("/proxy",
            stream::upgrade(proxy).with("Content-Type", "text/plain"));
    app
      .post("/echo_transform",
            stream::upgrade(echo).with("Content-Type", "text/plain"))
      .with(shout, join);
  });
}
