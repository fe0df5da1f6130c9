#include "routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace lungo::test {

namespace {

using wait_atom = caf::atom_constant<caf::atom("wait")>;
using go_atom = caf::atom_constant<caf::atom("go")>;

using body = stream::connection<>;

std::string text(const http::request& request, std::string_view name) {
  return request.query_param(name).value_or("");
}

std::uint64_t number(const http::request& request, std::string_view name) {
  auto digits = text(request, name);
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// -- gates --------------------------------------------------------------------

/// Lets actors wait for a word of a test: who waits at the gate of a name gets
/// `go` when a request opens that, or at once if one has.
caf::behavior gate_keeper(caf::event_based_actor* self) {
  auto waiting = std::make_shared<std::multimap<std::string, caf::actor>>();
  auto open = std::make_shared<std::set<std::string>>();
  return {
    [=](wait_atom, const std::string& gate, const caf::actor& who) {
      if (open->count(gate) > 0)
        self->send(who, go_atom::value);
      else
        waiting->emplace(gate, who);
    },
    [=](const http::request_ptr& request) {
      auto gate = text(*request, "gate");
      open->insert(gate);
      auto [first, last] = waiting->equal_range(gate);
      for (auto each = first; each != last; ++each)
        self->send(each->second, go_atom::value);
      waiting->erase(first, last);
      return http::answer{http::text("open")};
    },
  };
}

void wait_at_gate(body* self, const caf::actor& keeper) {
  self->send(keeper, wait_atom::value, text(self->request(), "gate"),
             caf::actor_cast<caf::actor>(self->handle()));
}

// -- the body of the request, by readers --------------------------------------

/// Counts, and notes `reader dropped` if it is destroyed before the end.
class counter final : public http::body_reader {
public:
  explicit counter(tally noted) : noted_(std::move(noted)) {}

  ~counter() override {
    if (!ended_)
      noted_.note("reader dropped");
  }

  std::optional<http::answer> piece(std::string_view octets) override {
    octets_ += octets.size();
    ++pieces_;
    return std::nullopt;
  }

  http::answer end() override {
    ended_ = true;
    return http::json(
      fmt::format(R"({{"octets": {}, "pieces": {}}})", octets_, pieces_));
  }

private:
  tally noted_;
  std::uint64_t octets_ = 0;
  std::uint64_t pieces_ = 0;
  bool ended_ = false;
};

auto count(const tally& noted) {
  return [noted](const http::request&) -> http::intake {
    return std::make_unique<counter>(noted);
  };
}

/// Has had enough at octet `?n`.
class impatient final : public http::body_reader {
public:
  explicit impatient(std::uint64_t left) : left_(left) {}

  std::optional<http::answer> piece(std::string_view octets) override {
    left_ -= std::min<std::uint64_t>(left_, octets.size());
    if (left_ > 0)
      return std::nullopt;
    return http::error_response({errc::content_too_large, "that is enough"});
  }

  http::answer end() override { return http::text("not enough"); }

private:
  std::uint64_t left_;
};

http::intake stops_at(const http::request& request) {
  return std::make_unique<impatient>(number(request, "n"));
}

/// Throws where `?in` says: `begin`, `piece` or `end`.
http::intake throws(const http::request& request) {
  auto where = text(request, "in");
  auto here = [where](std::string_view place) {
    if (where == place)
      throw std::runtime_error("a secret of the reader");
  };
  here("begin");
  return http::read_body([=](std::string_view) { here("piece"); },
                         [=]() -> http::answer {
                           here("end");
                           return http::text("nothing thrown");
                         });
}

/// The body, as a reader has seen it.
http::intake collect(const http::request&) {
  auto all = std::make_shared<std::string>();
  return http::read_body([all](std::string_view octets) { *all += octets; },
                         [all]() -> http::answer { return http::text(*all); });
}

http::intake denies(const http::request&) {
  return http::text("by the head alone", http::status::forbidden);
}

// -- the body of the request, by connections ----------------------------------

auto echo(const tally& reasons) {
  return [reasons](body* self) -> stream::behavior {
    self->on_close(reasons.closing());
    self->on_body([=](std::string_view octets) { self->push(octets); });
    self->on_body_end([=] { self->close(); });
    return {};
  };
}

/// Reads nothing before its gate is open; answers how many octets there were.
auto paused(const tally& reasons, const caf::actor& keeper) {
  return [=](body* self) -> stream::behavior {
    auto octets = std::make_shared<std::uint64_t>(0);
    self->on_close(reasons.closing());
    self->on_body([=](std::string_view some) { *octets += some.size(); });
    self->on_body_end([=] {
      self->push(std::to_string(*octets));
      self->close();
    });
    self->pause();
    wait_at_gate(self, keeper);
    return {[=](go_atom) { self->resume(); }};
  };
}

/// Has no use for the body of its request.
stream::behavior unread(body* self) {
  self->push("unread");
  self->close();
  return {};
}

// -- the body of the response -------------------------------------------------

/// Calls `make` for the next octets while the client takes them, and ends where
/// there are none.
template <class Make>
stream::behavior produce(body* self, Make make) {
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

using line_count = std::shared_ptr<std::atomic<std::uint64_t>>;

/// `?n` lines; `made` counts them for all.
auto lines(const tally& reasons, const line_count& made) {
  return [=](body* self) -> stream::behavior {
    self->on_close(reasons.closing());
    return produce(self, [=, n = std::uint64_t{0},
                          last = number(self->request(), "n")]() mutable {
      if (n == last)
        return std::string{};
      ++*made;
      return fmt::format("Line {}\n", ++n);
    });
  };
}

/// Promises `?n` octets, and pushes `?push`.
auto promised(const tally& reasons) {
  return [reasons](const http::request& request) -> http::answer {
    auto size = number(request, "push");
    auto on_open = [=](body* self) {
      self->on_close(reasons.closing());
      return produce(self, [left = size]() mutable {
        auto some = std::min<std::uint64_t>(left, 16 * 1024);
        left -= some;
        return std::string(some, 'x');
      });
    };
    return stream::upgrade(on_open, stream::options{number(request, "n")});
  };
}

void do_then(body* self, const std::string& what) {
  if (what == "abort")
    return self->abort();
  if (what == "throw")
    throw std::runtime_error("a secret of the body");
  self->push(" and half");
  self->close();
}

/// Sends `half`, and the rest when its gate is open, or does what `?then` says:
/// `abort` or `throw`. With `?n` so many octets are promised.
auto waits(const tally& reasons, const caf::actor& keeper) {
  return [=](const http::request& request) -> http::answer {
    auto then = text(request, "then");
    auto on_open = [=](body* self) -> stream::behavior {
      self->on_close(reasons.closing());
      self->push("half");
      wait_at_gate(self, keeper);
      return {[=](go_atom) { do_then(self, then); }};
    };
    stream::options how;
    if (request.query_param("n"))
      how.length = number(request, "n");
    return stream::upgrade(on_open, how);
  };
}

http::answer test_file(const http::request&) {
  auto* path = std::getenv("LUNGO_TEST_FILE");
  return stream::file(path ? path : "", "application/octet-stream");
}

// -- transforms ---------------------------------------------------------------

std::string capitals(std::string_view octets, bool) {
  std::string out{octets};
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return out;
}

std::string underscores(std::string_view octets, bool) {
  std::string out{octets};
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

/// Says when it was told of the end.
std::string sealed(std::string_view octets, bool last) {
  return std::string{octets} + (last ? "!" : "");
}

/// Lets nothing go before the end.
http::body_transform held() {
  return [all = std::string{}](std::string_view octets, bool last) mutable {
    all += octets;
    return last ? std::exchange(all, {}) : std::string{};
  };
}

std::string fragile(std::string_view octets, bool) {
  if (octets.find('?') != octets.npos)
    throw std::runtime_error("a secret of the transform");
  return std::string{octets};
}

middleware on_request(std::function<http::body_transform()> make) {
  return make_middleware("on_request",
                         {.enter =
                            [=](const http::request&) {
                              return http::amend{}.transform_body(make());
                            },
                          .review = nullptr});
}

middleware on_response(std::function<http::body_transform()> make) {
  return make_middleware(
    "on_response", {.enter = nullptr, .review = [=](const http::exchange&) {
                      return http::amend{}.transform_body(make());
                    }});
}

/// The three ways in which a body is taken, below `path` and all within the
/// same middleware.
template <class... Layers>
void add_takers(server& app, const tally& reasons, const std::string& path,
                Layers... layers) {
  app.post(path + "/stream", stream::upgrade(echo(reasons))).with(layers...);
  app.post(path + "/reader", collect).with(layers...);
  app
    .post(path + "/whole",
          [](const http::request& request) { return http::text(request.body); })
    .with(layers...);
}

void add_transformed(server& app, const tally& reasons) {
  auto plain = [](auto* f) { return [f] { return http::body_transform{f}; }; };
  add_takers(app, reasons, "/body/transformed", on_request(plain(capitals)),
             on_response(plain(underscores)));
  add_takers(app, reasons, "/body/sealed", on_request(plain(sealed)),
             on_response(plain(sealed)));
  add_takers(app, reasons, "/body/held", on_request(held), on_response(held));
  add_takers(app, reasons, "/body/fragile/request", on_request(plain(fragile)));
  add_takers(app, reasons, "/body/fragile/response",
             on_response(plain(fragile)));
  app.get("/body/transformed/promised", promised(reasons))
    .with(on_response(plain(sealed)));
}

middleware refusal() {
  return make_middleware(
    "refusal", {.enter =
                  [](const http::request&) {
                    return http::replace{
                      http::text("Unauthorized", http::status::unauthorized)};
                  },
                .review = nullptr});
}

} // namespace

void add_body_routes(server& app, const tally& reasons) {
  auto keeper = app.spawn(gate_keeper);
  auto made = std::make_shared<std::atomic<std::uint64_t>>(0);
  app.get("/body/open", caf::actor_cast<handler_actor>(keeper));
  app.post("/body/count", count(reasons));
  app.post("/body/stops-at", stops_at);
  app.post("/body/throws", throws);
  app.post("/body/denies", denies);
  app.post("/body/echo", stream::upgrade(echo(reasons)));
  app.post("/body/paused", stream::upgrade(paused(reasons, keeper)));
  app.post("/body/unread", stream::upgrade(unread));
  app.post("/body/refused/reader", count(reasons)).with(refusal());
  app.post("/body/refused/stream", stream::upgrade(echo(reasons)))
    .with(refusal());
  app.get(
    "/body/lines",
    stream::upgrade(lines(reasons, made)).with("Content-Type", "text/plain"));
  app.get("/body/made", [made](const http::request&) {
    return http::text(std::to_string(made->load()));
  });
  app.get("/body/promised", promised(reasons));
  app.get("/body/waits", waits(reasons, keeper));
  app.get("/body/file", test_file);
  add_transformed(app, reasons);
}

} // namespace lungo::test
