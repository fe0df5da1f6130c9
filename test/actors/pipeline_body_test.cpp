#include "pipeline_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;
using http::method;
using http::status;

namespace {

using names = std::vector<std::string>;

class body_fixture : public pipeline_fixture {
public:
  /// A handler that sends the body back.
  handler_function echo() {
    return [this](const http::request& asked) -> http::answer {
      trace.push_back("handler");
      return http::text(asked.body);
    };
  }

  void body_comes(const exchange_ref& at, std::string text) {
    caf::anon_send(
      pipeline, msg::body{at, std::make_shared<std::string>(std::move(text))});
    run();
  }

  void body_fails(const exchange_ref& at, error why) {
    caf::anon_send(pipeline,
                   msg::body{at, std::make_shared<std::string>("half"), true,
                             std::move(why)});
    run();
  }
};

} // namespace

TEST_CASE_FIXTURE(body_fixture, "a body is asked for when the chain has "
                                "approved, and not before") {
  route(method::post, "/", echo(), {tracing("A")});
  auto at = ask(request(method::post, "/"), true);
  CHECK(trace == names{"A.enter"});
  REQUIRE(seen->wanted_bodies.size() == 1);
  CHECK(seen->wanted_bodies[0].at.number == at.number);
  body_comes(at, "octets");
  CHECK(answer().body == "octets");
  CHECK(trace == names{"A.enter", "handler", "A.review"});
}

TEST_CASE_FIXTURE(body_fixture, "a request that enter refuses is answered "
                                "without its body") {
  auto deny = entering([](const http::request&) -> http::verdict {
    return http::replace{http::empty(status::unauthorized)};
  });
  route(method::post, "/", echo(), {deny});
  ask(request(method::post, "/"), true);
  CHECK(seen->wanted_bodies.empty());
  CHECK(answer().status == status::unauthorized);
}

TEST_CASE_FIXTURE(body_fixture, "a request without body asks for none") {
  route(method::post, "/", echo());
  ask(request(method::post, "/"), false);
  CHECK(seen->wanted_bodies.empty());
  CHECK(answer().body.empty());
}

TEST_CASE_FIXTURE(body_fixture, "a body that fails is the answer, and is "
                                "reviewed") {
  route(method::post, "/", echo(), {tracing("A")});
  auto at = ask(request(method::post, "/"), true);
  body_fails(at, {errc::content_too_large, "too large"});
  CHECK(answer().status == status::content_too_large);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(body_fixture, "the body of another exchange is not taken for "
                                "this one") {
  route(method::post, "/", echo());
  auto at = ask(request(method::post, "/"), true);
  auto other = at;
  --other.number;
  body_comes(other, "old");
  CHECK(seen->replies.empty());
  body_comes(at, "new");
  CHECK(answer().body == "new");
}

TEST_CASE_FIXTURE(body_fixture, "what enter noted is there when the body has "
                                "come") {
  auto note = entering([](const http::request&) -> http::verdict {
    return http::amend{}.attribute("user", "ada");
  });
  route(method::post, "/",
        handler_function{[](const http::request& asked) -> http::answer {
          return http::text(std::string{asked.attribute("user")} + asked.body);
        }},
        {note});
  auto at = ask(request(method::post, "/"), true);
  body_comes(at, "!");
  CHECK(answer().body == "ada!");
}

TEST_CASE_FIXTURE(body_fixture, "while the body is awaited nobody is late") {
  route(method::post, "/", echo(), {tracing("A")});
  auto at = ask(request(method::post, "/"), true);
  advance(60s);
  caf::anon_send(pipeline, msg::overdue{at});
  run();
  CHECK(seen->replies.empty());
  body_comes(at, "x");
  CHECK(answer().body == "x");
}
