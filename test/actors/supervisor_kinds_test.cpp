#include "supervisor_fixture.hpp"

using namespace lungo;
using namespace lungo::test;
using http::framing;
using http::status;

// What is common to all kinds of upgrades is proven in `supervisor_test` with
// event streams; here is what their plans and heads make different.

namespace {

std::shared_ptr<http::request> from_origin(const char* origin) {
  auto asked = websocket_request();
  asked->fields.add("Origin", origin);
  return asked;
}

} // namespace

TEST_CASE_FIXTURE(supervisor_fixture, "a WebSocket is committed with 101, what "
                                      "the chain has said, and the habits of "
                                      "messages") {
  config.limits.messages.message_bytes = 4711;
  config.limits.pong_timeout = 3s;
  config.heartbeat = 9s;
  start();
  admit(idle_websocket(), websocket_request());
  REQUIRE(told().commits.size() == 1);
  auto& [at, opening, habits, connection, reads_body] = told().commits[0];
  CHECK(opening.head.status == status::switching_protocols);
  CHECK(opening.head.fields.get("X-Chain") == "approved");
  CHECK(opening.head.fields.get("Sec-WebSocket-Accept")
        == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(opening.framing == framing::none);
  REQUIRE(habits.messages.has_value());
  CHECK(habits.messages->limits.message_bytes == 4711);
  CHECK(habits.messages->patience == 3s);
  CHECK(habits.idle_every == 9s);
  CHECK_FALSE(reads_body);
}

TEST_CASE_FIXTURE(supervisor_fixture,
                  "what is no handshake spawns nothing, and "
                  "gets what the chain has said") {
  start();
  admit(idle_websocket(), get("/"));
  CHECK(answer().status == status::upgrade_required);
  CHECK(answer().fields.get("X-Chain") == "approved");
  CHECK(counts().spawned == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "HEAD opens no WebSocket") {
  start();
  auto asked = websocket_request();
  asked->method = http::method::head;
  admit(idle_websocket(), asked);
  CHECK(answer().status == status::method_not_allowed);
  CHECK(counts().spawned == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a page from elsewhere opens no "
                                      "WebSocket, unless the configuration "
                                      "names its origin") {
  SUBCASE("by default") {
    start();
    admit(idle_websocket(), from_origin("https://a.example"));
    CHECK(answer().status == status::forbidden);
    CHECK(counts().spawned == 0);
  }
  SUBCASE("as the server is configured") {
    config.handshake.origins = {"https://a.example"};
    start();
    admit(idle_websocket(), from_origin("https://a.example"));
    CHECK(told().commits.size() == 1);
  }
  SUBCASE("as the route says") {
    websocket::options how;
    how.origins = {{"https://a.example"}};
    start();
    admit(idle_websocket(how), from_origin("https://a.example"));
    CHECK(told().commits.size() == 1);
  }
  SUBCASE("and the route wins over the server") {
    config.handshake.origins = {"https://a.example"};
    websocket::options how;
    how.origins = std::vector<std::string>{};
    start();
    admit(idle_websocket(how), from_origin("https://a.example"));
    CHECK(answer().status == status::forbidden);
  }
}

TEST_CASE_FIXTURE(supervisor_fixture, "a WebSocket whose on_open throws is a "
                                      "500") {
  start();
  admit(websocket::upgrade([](websocket::connection<>*) -> behavior {
          throw std::runtime_error("no");
        }),
        websocket_request());
  CHECK(answer().status == status::internal_server_error);
  CHECK(told().commits.empty());
}

TEST_CASE_FIXTURE(supervisor_fixture, "a streamed body is committed with the "
                                      "framing that its length allows") {
  start();
  auto old = get("/");
  old->version = http::version::http_1_0;
  admit(idle_body());
  admit(idle_body(), old);
  admit(idle_body(lungo::stream::options{42}));
  REQUIRE(told().commits.size() == 3);
  CHECK(told().commits[0].opening.framing == framing::chunked);
  CHECK(told().commits[1].opening.framing == framing::close);
  CHECK(told().commits[2].opening.framing == framing::length);
  CHECK(told().commits[2].opening.content_length == 42);
  CHECK_FALSE(told().commits[0].habits.messages.has_value());
}

TEST_CASE_FIXTURE(supervisor_fixture, "HEAD of a streamed body tells its "
                                      "length, and spawns nothing") {
  start();
  admit(idle_body(lungo::stream::options{42}),
        request(http::method::head, "/"));
  REQUIRE(told().replies.size() == 1);
  REQUIRE(told().replies[0].stream.has_value());
  CHECK(told().replies[0].stream->content_length == 42);
  CHECK(counts().spawned == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a commit says whether the request's "
                                      "body will be asked for") {
  start();
  admit(
    lungo::stream::upgrade([](lungo::stream::connection<>* self) -> behavior {
      self->on_body([](std::string_view) {});
      return {};
    }));
  REQUIRE(told().commits.size() == 1);
  CHECK(told().commits[0].reads_body);
}

TEST_CASE_FIXTURE(supervisor_fixture,
                  "a drain shuts connections of all kinds") {
  start();
  admit(idle_stream());
  admit(idle_websocket(), websocket_request());
  admit(idle_body());
  REQUIRE(told().commits.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    tell(connection(i),
         caf::make_message(msg::committed{{brokers[0], 41 + i}, true}));
  order(msg::drain{10s});
  // A body goes on, since its end would look whole.
  CHECK(counts().connections == 1);
  CHECK_FALSE(has_ended(connection(2)));
  tell(connection(2), caf::make_message(close_atom_v));
  CHECK(counts().connections == 0);
}

TEST_CASE_FIXTURE(supervisor_fixture, "a body that is revoked before it heard "
                                      "of its commit is cut") {
  start();
  admit(idle_body());
  tell(connection(), caf::make_message(revoke_atom_v));
  CHECK(counts().connections == 0);
  REQUIRE(told().finishes.size() == 1);
  CHECK(told().finishes[0].session == 41);
  CHECK_FALSE(told().finishes[0].clean);
}
