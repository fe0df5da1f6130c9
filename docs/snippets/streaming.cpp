// What docs/guide/streaming.md shows, as one program.

#include <fmt/format.h>
#include <lungo/run.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>

namespace {

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace stream = lungo::stream;

// [lines]
struct lines_state {
  int next = 1;
};

stream::behavior lines(stream::connection<lines_state>* self) {
  self->on_drained([=] {
    while (self->writable()) {
      if (self->state.next > 1000)
        return self->close();
      self->push(fmt::format("line {}\n", self->state.next++));
    }
  });
  return {};
}
// [lines]

// [alphabet]
stream::behavior alphabet(stream::connection<>* self) {
  self->push("abcdefghijklmnopqrstuvwxyz");
  self->close();
  return {};
}
// [alphabet]

// [half]
using fail_atom = caf::atom_constant<caf::atom("fail")>;

stream::behavior half(stream::connection<>* self) {
  self->push("the first half\n");
  self->delayed_send(self, 10ms, fail_atom::value);
  return {
    [=](fail_atom) { self->abort(); },
  };
}
// [half]

// [source]
using next_atom = caf::atom_constant<caf::atom("next")>;

using source_actor = caf::typed_actor<
  // The next piece; an empty one behind the last.
  caf::replies_to<next_atom>::with<std::string>>;

struct relay_state {
  bool asked = false;
};

using relay = stream::connection<relay_state>;

void ask(relay* self, const source_actor& from) {
  if (std::exchange(self->state.asked, true))
    return;
  self->request(from, caf::infinite, next_atom::value)
    .then([=](const std::string& octets) {
      self->state.asked = false;
      if (octets.empty())
        return self->close();
      self->push(octets);
      if (self->writable())
        ask(self, from);
    });
}

stream::upgrade_handler relay_of(source_actor from) {
  return stream::upgrade([from](relay* self) -> stream::behavior {
    self->on_drained([=] { ask(self, from); });
    return {};
  });
}
// [source]

struct source_state {
  int next = 1;
};

source_actor::behavior_type
source(source_actor::stateful_pointer<source_state> self) {
  return {
    [=](next_atom) {
      auto n = self->state.next++;
      return n <= 10 ? fmt::format("piece {}\n", n) : std::string{};
    },
  };
}

// [measure]
http::intake measure(const http::request&) {
  auto size = std::make_shared<std::uint64_t>(0);
  return http::read_body(
    [=](std::string_view octets) { *size += octets.size(); },
    [=] { return http::text(fmt::format("{} octets\n", *size)); });
}
// [measure]

// [picture]
class picture final : public http::body_reader {
public:
  explicit picture(std::filesystem::path where)
    : where_(std::move(where)),
      to_(where_, std::ios::binary) {}

  ~picture() override {
    std::error_code ignored;
    if (!whole_)
      std::filesystem::remove(where_, ignored);
  }

  std::optional<http::answer> piece(std::string_view octets) override {
    size_ += octets.size();
    if (size_ > 1'000'000)
      return http::error_response({lungo::errc::content_too_large,
                                   "a picture has at most a million octets"});
    to_.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    return std::nullopt;
  }

  http::answer end() override {
    if (!to_.flush())
      return http::empty(http::status::internal_server_error);
    whole_ = true;
    return http::text("kept\n", http::status::created);
  }

private:
  std::filesystem::path where_;
  std::ofstream to_;
  std::size_t size_ = 0;
  bool whole_ = false;
};
// [picture]

// [take]
http::intake take_picture(const http::request& head) {
  if (head.fields.get("Content-Type") != "image/png")
    return http::error_response(
      {lungo::errc::bad_request, "a picture is an image/png"});
  return std::make_unique<picture>(fmt::format("{}.png", head.id));
}
// [take]

// [shout]
std::string in_capitals(std::string_view octets) {
  std::string out{octets};
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return out;
}

stream::behavior shout(stream::connection<>* self) {
  self->on_body(
    [=](std::string_view octets) { self->push(in_capitals(octets)); });
  self->on_body_end([=] { self->close(); });
  return {};
}
// [shout]

// [store]
using store_actor = caf::typed_actor<
  // Keep these octets; how many are there now?
  caf::replies_to<std::string>::with<std::uint64_t>>;

stream::upgrade_handler keep_in(store_actor store) {
  return stream::upgrade(
    [store](stream::connection<>* self) -> stream::behavior {
      self->on_body([=](std::string_view octets) {
        self->pause();
        self->request(store, caf::infinite, std::string{octets})
          .then([=](std::uint64_t) { self->resume(); });
      });
      self->on_body_end([=] {
        self->request(store, caf::infinite, std::string{})
          .then([=](std::uint64_t all) {
            self->push(fmt::format("{} octets are kept\n", all));
            self->close();
          });
      });
      return {};
    });
}
// [store]

store_actor::behavior_type store() {
  return {
    [kept = std::uint64_t{0}](const std::string& octets) mutable {
      return kept += octets.size();
    },
  };
}

// [transforms]
lungo::middleware capitals() {
  auto enter = [](const http::request&) -> http::verdict {
    return http::amend{}.transform_body(
      [](std::string_view octets, bool) { return in_capitals(octets); });
  };
  return lungo::make_middleware("capitals", {.enter = enter});
}

lungo::middleware signature() {
  auto review = [](const http::exchange&) -> http::verdict {
    auto sign
      = [size = std::size_t{0}](std::string_view octets, bool last) mutable {
          size += octets.size();
          std::string out{octets};
          return last ? out + fmt::format("-- {} octets\n", size) : out;
        };
    return http::amend{}.transform_body(sign);
  };
  return lungo::make_middleware("signature", {.review = review});
}
// [transforms]

void add_routes(lungo::server& app) {
  app.get("/health", [](const http::request&) { return http::text("ok"); });
  // [routes]
  app.get("/lines", stream::upgrade(lines).with("Content-Type", "text/plain"));
  // [routes]
  // [length]
  app.get("/alphabet", stream::upgrade(alphabet, stream::options{26}));
  // [length]
  app.get("/half", stream::upgrade(half));
  app.get("/pieces", relay_of(app.spawn(source)));
  // [file]
  app.get("/licence", [](const http::request&) {
    return stream::file("/usr/share/common-licenses/BSD", "text/plain");
  });
  // [file]
  // [uploads]
  app.post("/measure", measure);
  app.post("/pictures", take_picture);
  // [uploads]
  app.post("/shout", stream::upgrade(shout));
  app.post("/store", keep_in(app.spawn(store)));
  // [changed]
  app.post("/signed/measure", measure).with(capitals(), signature());
  app.post("/signed/shout", stream::upgrade(shout)).with(signature());
  // [changed]
}

} // namespace

int main(int argc, char** argv) {
  return lungo::run(argc, argv, add_routes);
}
