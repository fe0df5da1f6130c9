#include "pipeline_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;
using http::method;
using http::status;

namespace {

using names = std::vector<std::string>;

sse::upgrade_handler event_stream() {
  return sse::upgrade([](sse::connection<>*) -> sse::behavior { return {}; });
}

} // namespace

// -- routes -------------------------------------------------------------------

TEST_CASE_FIXTURE(pipeline_fixture, "a handler's answer goes back to the "
                                    "exchange that it is for") {
  route(method::get, "/hello", answering("hi"));
  ask(get("/hello"));
  CHECK(answer().status == status::ok);
  CHECK(answer().body == "hi");
  CHECK(seen->replies[0].at.session == 3);
  CHECK(seen->replies[0].at.number == 1);
}

TEST_CASE_FIXTURE(pipeline_fixture, "a handler sees the parameters of its "
                                    "path") {
  route(method::get, "/rooms/:room",
        handler_function{[](const http::request& asked) -> http::answer {
          return http::text(std::string{asked.param("room")});
        }});
  ask(get("/rooms/a%20b"));
  CHECK(answer().body == "a b");
}

TEST_CASE_FIXTURE(pipeline_fixture, "exchanges are answered one after the "
                                    "other, each under its number") {
  route(method::get, "/:name",
        handler_function{[](const http::request& asked) -> http::answer {
          return http::text(std::string{asked.param("name")});
        }});
  for (auto path : {"/a", "/b", "/c"})
    ask(get(path));
  REQUIRE(seen->replies.size() == 3);
  CHECK(seen->replies[1].response.body == "b");
  CHECK(seen->replies[2].at.number == 3);
  CHECK(seen->replies[2].response.body == "c");
}

TEST_CASE_FIXTURE(pipeline_fixture, "a path without route is a 404") {
  route(method::get, "/here", answering("hi"));
  ask(get("/there"));
  CHECK(answer().status == status::not_found);
}

TEST_CASE_FIXTURE(pipeline_fixture,
                  "a method without route is a 405 that names "
                  "those that are") {
  route(method::get, "/here", answering("hi"));
  ask(request(method::delete_, "/here"));
  CHECK(answer().status == status::method_not_allowed);
  CHECK(answer().fields.get("Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE_FIXTURE(pipeline_fixture, "OPTIONS names the methods of the path") {
  route(method::get, "/here", answering("hi"));
  route(method::post, "/here", answering("hi"));
  ask(request(method::options, "/here"));
  CHECK(answer().status == status::no_content);
  CHECK(answer().fields.get("Allow") == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE_FIXTURE(pipeline_fixture, "a preflight goes through the chain of the "
                                    "method it asks about") {
  route(method::get, "/here", answering("hi"), {tracing("get")});
  route(method::post, "/here", answering("hi"), {tracing("post")});
  auto preflight = request(method::options, "/here");
  preflight->fields.add("Access-Control-Request-Method", "POST");
  ask(preflight);
  CHECK(trace == names{"post.enter", "post.review"});
}

TEST_CASE_FIXTURE(pipeline_fixture, "what is around all routes is around the "
                                    "404 as well") {
  routes->wrap_all(routes->add(tracing("all")));
  ask(get("/nowhere"));
  CHECK(answer().status == status::not_found);
  CHECK(trace == names{"all.enter", "all.review"});
}

// -- the chain ----------------------------------------------------------------

TEST_CASE_FIXTURE(pipeline_fixture, "middleware enters outside in and reviews "
                                    "inside out") {
  route(method::get, "/", answering("hi"), {tracing("A"), tracing("B")});
  ask(get("/"));
  CHECK(trace
        == names{"A.enter", "B.enter", "handler", "B.review", "A.review"});
}

TEST_CASE_FIXTURE(pipeline_fixture, "what is around all routes is outside of "
                                    "what a route has itself") {
  route(method::get, "/", answering("hi"), {tracing("own")});
  routes->wrap_all(routes->add(tracing("all")));
  ask(get("/"));
  CHECK(
    trace
    == names{"all.enter", "own.enter", "handler", "own.review", "all.review"});
}

TEST_CASE_FIXTURE(pipeline_fixture, "an answer in enter spares all that lies "
                                    "inside, and is reviewed outside") {
  auto deny = entering([](const http::request&) -> http::verdict {
    return http::replace{http::text("no", status::forbidden)};
  });
  route(method::get, "/", answering("hi"), {tracing("A"), deny, tracing("B")});
  ask(get("/"));
  CHECK(answer().status == status::forbidden);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(pipeline_fixture, "enter may amend the request that the "
                                    "handler sees") {
  auto note = entering([](const http::request&) -> http::verdict {
    return http::amend{}.set("X-Seen", "yes").attribute("user", "ada");
  });
  route(method::get, "/",
        handler_function{[](const http::request& asked) -> http::answer {
          return http::text(std::string{asked.attribute("user")} + " "
                            + std::string{*asked.fields.get("X-Seen")});
        }},
        {note});
  ask(get("/"));
  CHECK(answer().body == "ada yes");
}

TEST_CASE_FIXTURE(pipeline_fixture, "review may amend the fields of the "
                                    "answer, several of one name too") {
  auto cookies = reviewing([](const http::exchange&) -> http::verdict {
    return http::amend{}.add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
  });
  route(method::get, "/", answering("hi"), {cookies});
  ask(get("/"));
  CHECK(answer().fields.all("Set-Cookie").size() == 2);
  CHECK(answer().body == "hi");
}

TEST_CASE_FIXTURE(pipeline_fixture, "review may replace the answer") {
  auto hide = reviewing([](const http::exchange&) -> http::verdict {
    return http::replace{http::text("gone", status::gone)};
  });
  route(method::get, "/", answering("hi"), {tracing("A"), hide});
  ask(get("/"));
  CHECK(answer().status == status::gone);
  CHECK(trace == names{"A.enter", "handler", "A.review"});
}

// -- upgrades -----------------------------------------------------------------

TEST_CASE_FIXTURE(pipeline_fixture, "an upgrade that the chain approves is "
                                    "admitted with the fields of the chain") {
  auto allow = reviewing([](const http::exchange&) -> http::verdict {
    return http::amend{}.set("Access-Control-Allow-Origin", "*");
  });
  route(method::get, "/", handler_function{event_stream()}, {allow});
  ask(get("/"));
  CHECK(seen->replies.empty());
  REQUIRE(told->admits.size() == 1);
  auto& admitted = told->admits[0];
  CHECK(admitted.at.session == 3);
  CHECK(admitted.at.number == 1);
  CHECK(admitted.exchange->upgrades());
  CHECK(admitted.exchange->response.fields.get("Access-Control-Allow-Origin")
        == "*");
}

TEST_CASE_FIXTURE(pipeline_fixture, "an upgrade that review replaces is an "
                                    "ordinary answer, whatever its status") {
  auto with = status::ok;
  SUBCASE("401") {
    with = status::unauthorized;
  }
  SUBCASE("403") {
    with = status::forbidden;
  }
  SUBCASE("204") {
    with = status::no_content;
  }
  SUBCASE("500") {
    with = status::internal_server_error;
  }
  SUBCASE("200, but not the upgrade's") {
    with = status::ok;
  }
  auto replace = reviewing([with](const http::exchange&) -> http::verdict {
    return http::replace{http::empty(with)};
  });
  route(method::get, "/", handler_function{event_stream()}, {replace});
  ask(get("/"));
  CHECK(told->admits.empty());
  CHECK(answer().status == with);
}

TEST_CASE_FIXTURE(pipeline_fixture, "an upgrade that enter refuses is never "
                                    "asked for") {
  auto deny = entering([](const http::request&) -> http::verdict {
    return http::replace{http::empty(status::unauthorized)};
  });
  route(method::get, "/", handler_function{event_stream()}, {deny});
  ask(get("/"));
  CHECK(told->admits.empty());
  CHECK(answer().status == status::unauthorized);
}
