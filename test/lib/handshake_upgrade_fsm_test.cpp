#include "lungo/handshake/upgrade_fsm.hpp"

#include "handshake_samples.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

using namespace lungo;
using handshake::upgrade_fsm;
using http::method;
using http::status;
using http::upgrade_kind;
using act = upgrade_fsm::act;
using state = upgrade_fsm::state;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<http::exchange> share(http::exchange made) {
  return std::make_shared<http::exchange>(std::move(made));
}

std::shared_ptr<http::exchange> wish(upgrade_kind kind = upgrade_kind::sse) {
  http::upgrade wanted{kind, {{"X-A", "1"}}, nullptr};
  auto request = std::make_shared<http::request>();
  return share(http::prepare(std::move(request), std::move(wanted)));
}

std::shared_ptr<http::exchange> head_wish() {
  auto made = wish();
  auto request = std::make_shared<http::request>();
  request->method = method::head;
  made->request = std::move(request);
  return made;
}

const error failed{errc::internal, "the stream could not begin"};
const error full{errc::unavailable, "too many are here"};

/// What a started upgrade gets that finds no room.
upgrade_fsm::action turn_away(const std::shared_ptr<http::exchange>& asked,
                              handshake::policy allowed = {}) {
  upgrade_fsm fsm{asked, std::move(allowed)};
  REQUIRE(fsm.start().what == act::spawn);
  auto answer = fsm.on_full(full, 2300ms);
  CHECK(fsm.now() == state::refused);
  CHECK(answer.what == act::turn_away);
  return answer;
}

std::shared_ptr<http::exchange> socket_wish() {
  return share(samples::websocket_exchange(samples::websocket_request(),
                                           samples::websocket_wish()));
}

} // namespace

TEST_CASE("an approved upgrade is spawned, then committed when it is ready") {
  auto socket = share(samples::websocket_exchange(samples::websocket_request(),
                                                  samples::websocket_wish()));
  for (auto& approved :
       {wish(upgrade_kind::sse), wish(upgrade_kind::stream), socket}) {
    upgrade_fsm fsm{approved};
    CHECK(fsm.now() == state::admitted);
    CHECK(fsm.start().what == act::spawn);
    CHECK(fsm.now() == state::spawning);
    auto commit = fsm.on_ready();
    CHECK(commit.what == act::commit);
    CHECK(commit.opening == handshake::open(*approved));
    CHECK(fsm.now() == state::committed);
  }
}

TEST_CASE("an upgrade_fsm keeps the exchange that it was given") {
  auto approved = wish();
  upgrade_fsm fsm{approved};
  CHECK(fsm.exchange() == approved);
}

TEST_CASE("an upgrade with another status is an ordinary response as it is") {
  for (auto code :
       {status::unauthorized, status::forbidden, status::no_content,
        status::internal_server_error, status::switching_protocols}) {
    auto dropped = wish();
    dropped->response = http::text("no", code);
    upgrade_fsm fsm{dropped};
    auto answer = fsm.start();
    CHECK(answer.what == act::respond);
    CHECK(answer.response == http::text("no", code));
    CHECK(fsm.now() == state::refused);
  }
}

TEST_CASE("an exchange that lost its upgrade is an ordinary response") {
  auto plain = wish();
  plain->upgrade.reset();
  plain->response = http::text("page");
  upgrade_fsm fsm{plain};
  auto answer = fsm.start();
  CHECK(answer.what == act::respond);
  CHECK(answer.response == http::text("page"));
}

TEST_CASE("what validation refuses is its ordinary response") {
  upgrade_fsm fsm{wish(upgrade_kind::websocket)};
  auto answer = fsm.start();
  CHECK(answer.what == act::respond);
  CHECK(answer.response.status == status::upgrade_required);
  CHECK_FALSE(answer.response.body.empty());
  CHECK(fsm.now() == state::refused);
}

TEST_CASE("a refusal has the fields of middleware, and its own as they are") {
  auto reviewed = wish(upgrade_kind::websocket);
  reviewed->response.fields.add("Access-Control-Allow-Origin", "*")
    .add("Set-Cookie", "a=1")
    .add("Set-Cookie", "b=2")
    .add("Content-Type", "text/x")
    .add("upgrade", "h2c")
    .add("Connection", "x")
    .add("sec-websocket-version", "8")
    .add("Sec-WebSocket-Protocol", "chat");
  upgrade_fsm fsm{reviewed};
  CHECK(fsm.start().response.fields
        == http::fields{{"Content-Type", "text/plain; charset=utf-8"},
                        {"Upgrade", "websocket"},
                        {"Sec-WebSocket-Version", "13"},
                        {"X-A", "1"},
                        {"Access-Control-Allow-Origin", "*"},
                        {"Set-Cookie", "a=1"},
                        {"Set-Cookie", "b=2"}});
}

TEST_CASE("what a refusal says itself is not said otherwise by middleware") {
  auto asked = samples::websocket_request();
  asked.method = method::head;
  upgrade_fsm fsm{share(samples::websocket_exchange(
    std::move(asked), samples::websocket_wish({}, {{"Allow", "*"}})))};
  auto answer = fsm.start();
  CHECK(answer.response.status == status::method_not_allowed);
  CHECK(answer.response.fields.all("Allow")
        == std::vector<std::string_view>{"GET"});
}

TEST_CASE("the policy counts where the terms of an upgrade say nothing") {
  auto asked = samples::websocket_request();
  asked.fields.add("Origin", "https://b.example");
  auto foreign
    = share(samples::websocket_exchange(asked, samples::websocket_wish()));
  CHECK(upgrade_fsm{foreign}.start().response.status == status::forbidden);
  upgrade_fsm fsm{foreign, {{"https://b.example"}}};
  CHECK(fsm.start().what == act::spawn);
}

TEST_CASE("HEAD never opens a WebSocket, nor gets the head of one") {
  auto asked = samples::websocket_request();
  asked.method = method::head;
  for (auto upgrade : {"websocket", "h2c"}) {
    asked.fields.set("Upgrade", upgrade);
    upgrade_fsm fsm{
      share(samples::websocket_exchange(asked, samples::websocket_wish()))};
    CHECK(fsm.start().what == act::respond);
    CHECK(fsm.on_ready().what == act::none);
  }
}

TEST_CASE("HEAD gets the head of the stream, and nothing is spawned") {
  auto asked = head_wish();
  upgrade_fsm fsm{asked};
  auto answer = fsm.start();
  CHECK(answer.what == act::head_only);
  CHECK(answer.opening == handshake::open(*asked));
  CHECK(fsm.now() == state::refused);
}

TEST_CASE("HEAD of a dropped upgrade is its ordinary response") {
  auto dropped = head_wish();
  dropped->response = http::empty(status::forbidden);
  upgrade_fsm fsm{dropped};
  CHECK(fsm.start().what == act::respond);
}

TEST_CASE("a connection that fails before the commit is an honest error") {
  for (auto code : {errc::internal, errc::unavailable}) {
    upgrade_fsm fsm{wish()};
    fsm.start();
    auto answer = fsm.on_failed({code, "sorry"});
    CHECK(answer.what == act::respond);
    auto honest = http::error_response({code, "sorry"});
    CHECK(answer.response.status == honest.status);
    CHECK(answer.response.body == honest.body);
    CHECK(fsm.now() == state::refused);
  }
}

TEST_CASE("what middleware said stands on the error of a failed upgrade too") {
  auto reviewed = wish();
  reviewed->response.fields.add("Access-Control-Allow-Origin", "*");
  reviewed->response.fields.add("Set-Cookie", "a=1");
  reviewed->response.fields.add("Set-Cookie", "b=2");
  upgrade_fsm fsm{reviewed};
  fsm.start();
  auto fields = fsm.on_failed(failed).response.fields;
  CHECK(fields.get("Access-Control-Allow-Origin") == "*");
  CHECK(fields.all("Set-Cookie").size() == 2);
}

TEST_CASE("what was said of a stream's content is not said of its error") {
  auto reviewed = wish();
  reviewed->response.fields.set("Content-Type", "text/plain-ish");
  reviewed->response.fields.set("Cache-Control", "public, max-age=60");
  reviewed->response.fields.set("ETag", "\"1\"");
  upgrade_fsm fsm{reviewed};
  fsm.start();
  auto fields = fsm.on_failed(failed).response.fields;
  CHECK(fields.all("Content-Type").size() == 1);
  CHECK(fields.get("Content-Type") != "text/plain-ish");
  CHECK_FALSE(fields.contains("Cache-Control"));
  CHECK_FALSE(fields.contains("ETag"));
}

TEST_CASE("an upgrade may be refused before anything is spawned") {
  upgrade_fsm fsm{wish()};
  CHECK(fsm.on_failed(failed).what == act::respond);
  CHECK(fsm.now() == state::refused);
}

// WHATWG HTML, 9.2.3: what is not 200 with this type, fails for good.
TEST_CASE("an event stream without room is one that ends, and says when to "
          "come back") {
  auto answer = turn_away(wish()).response;
  CHECK(answer.status == status::ok);
  CHECK(answer.fields.all("Content-Type")
        == std::vector<std::string_view>{"text/event-stream"});
  CHECK(answer.fields.get("Cache-Control") == "no-store");
  CHECK(answer.body == "retry: 2300\n\n");
}

TEST_CASE("what middleware said stands on the answer without room, but of the "
          "content") {
  auto reviewed = wish();
  reviewed->response.fields.add("Access-Control-Allow-Origin", "*");
  reviewed->response.fields.add("Set-Cookie", "a=1");
  reviewed->response.fields.add("Set-Cookie", "b=2");
  reviewed->response.fields.set("Content-Type", "text/plain");
  reviewed->response.fields.set("Cache-Control", "public");
  auto fields = turn_away(reviewed).response.fields;
  CHECK(fields.get("Access-Control-Allow-Origin") == "*");
  CHECK(fields.all("Set-Cookie").size() == 2);
  CHECK(fields.get("Content-Type") == "text/event-stream");
  CHECK(fields.get("Cache-Control") == "no-store");
}

TEST_CASE("others without room are refused, with whole seconds to wait") {
  handshake::policy refusing;
  refusing.at_limit = handshake::at_limit::refuse;
  auto posted = wish();
  auto request = std::make_shared<http::request>();
  request->method = method::post;
  posted->request = std::move(request);
  for (auto& answer :
       {turn_away(wish(upgrade_kind::stream)), turn_away(socket_wish()),
        turn_away(posted), turn_away(wish(), refusing)}) {
    CHECK(answer.response.status == status::service_unavailable);
    CHECK(answer.response.fields.get("Retry-After") == "3");
    CHECK(answer.response.body == full.message);
  }
}

TEST_CASE("only what would be spawned asks for room") {
  upgrade_fsm unstarted{wish()};
  CHECK(unstarted.on_full(full, 1s).what == act::none);
  upgrade_fsm head{head_wish()};
  head.start();
  CHECK(head.on_full(full, 1s).what == act::none);
  upgrade_fsm done{wish()};
  done.start();
  done.on_ready();
  CHECK(done.on_full(full, 1s).what == act::none);
}

TEST_CASE("who is ready after it was turned away is not committed") {
  upgrade_fsm fsm{wish()};
  fsm.start();
  fsm.on_full(full, 1s);
  CHECK(fsm.on_ready().what == act::none);
  CHECK(fsm.on_failed(failed).what == act::none);
}

TEST_CASE("behind the commit there is nothing left to answer") {
  upgrade_fsm fsm{wish()};
  fsm.start();
  fsm.on_ready();
  CHECK(fsm.on_failed(failed).what == act::none);
  CHECK(fsm.on_ready().what == act::none);
  CHECK(fsm.now() == state::committed);
}

TEST_CASE("who is ready after the refusal is not committed") {
  upgrade_fsm fsm{wish()};
  fsm.start();
  fsm.on_failed(failed);
  CHECK(fsm.on_ready().what == act::none);
  CHECK(fsm.on_failed(failed).what == act::none);
  CHECK(fsm.now() == state::refused);
}

TEST_CASE("nothing is committed that was not spawned") {
  upgrade_fsm unstarted{wish()};
  CHECK(unstarted.on_ready().what == act::none);
  CHECK(unstarted.now() == state::admitted);
  upgrade_fsm head{head_wish()};
  head.start();
  CHECK(head.on_ready().what == act::none);
  CHECK(head.on_failed(failed).what == act::none);
}

// Whatever happens in whatever order, a client is answered once.
TEST_CASE("each order of events answers once") {
  for (unsigned order = 0; order < 16; ++order) {
    INFO("order " << order);
    upgrade_fsm fsm{wish()};
    int answers = fsm.start().what == act::respond ? 1 : 0;
    for (unsigned bit = 0; bit < 4; ++bit) {
      auto ready = ((order >> bit) & 1U) != 0;
      auto next = ready ? fsm.on_ready() : fsm.on_failed(failed);
      answers += next.what == act::none ? 0 : 1;
    }
    CHECK(answers == 1);
    auto first_wins = (order & 1U) != 0 ? state::committed : state::refused;
    CHECK(fsm.now() == first_wins);
  }
}
