#include "lungo/stream_connection.hpp"

#include "pipeline_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;
using http::method;
using http::status;

namespace {

using names = std::vector<std::string>;

/// Notes in a trace what it is given, and what becomes of it.
class tracer final : public http::body_reader {
public:
  explicit tracer(names& into) : trace_(into) { trace_.push_back("begin"); }
  ~tracer() override { trace_.push_back("gone"); }

  std::optional<http::answer> piece(std::string_view octets) override {
    trace_.push_back("piece " + std::string{octets});
    if (octets == "throw")
      throw std::runtime_error("broken");
    if (octets == "enough")
      return http::text("early", status::content_too_large);
    return std::nullopt;
  }

  http::answer end() override {
    trace_.push_back("end");
    return http::text("whole");
  }

private:
  names& trace_;
};

class intake_fixture : public pipeline_fixture {
public:
  ~intake_fixture() override { end_actors(); }

  intake_function tracing_reader() {
    return [this](const http::request&) -> http::intake {
      return std::make_unique<tracer>(trace);
    };
  }

  /// A reader that answers with what it was given, each piece in brackets.
  intake_function collector() {
    return [](const http::request&) -> http::intake {
      auto all = std::make_shared<std::string>();
      return http::read_body(
        [all](std::string_view some) { *all += "[" + std::string{some} + "]"; },
        [all]() -> http::answer { return http::text(*all); });
    };
  }

  /// Begins a POST that has a body.
  exchange_ref begin() { return ask(request(method::post, "/"), true); }

  /// What a broker says when it was asked for a piece.
  void give(const exchange_ref& at, std::string octets, bool last = false) {
    tell({at, std::make_shared<std::string>(std::move(octets)), last});
  }

  void fail(const exchange_ref& at, errc why) {
    tell({at, std::make_shared<std::string>("half"), true,
          error{why, "it failed"}});
  }

  std::size_t asked() const { return seen->wanted_bodies.size(); }

private:
  void tell(msg::body what) {
    caf::anon_send(pipeline, std::move(what));
    run();
  }
};

/// A middleware that lets the body of the request pass through `how`.
middleware changing(http::body_transform how) {
  return entering([how](const http::request&) -> http::verdict {
    return http::amend{}.transform_body(how);
  });
}

std::string marked(std::string_view octets, bool last) {
  return "<" + std::string{octets} + (last ? "." : "") + ">";
}

std::string broken(std::string_view, bool) {
  throw std::runtime_error("broken");
}

/// Lets nothing go before the end.
http::body_transform held() {
  return [all = std::string{}](std::string_view octets, bool last) mutable {
    all += octets;
    return last ? all : std::string{};
  };
}

lungo::stream::behavior idle(lungo::stream::connection<>*) {
  return {};
}

} // namespace

// -- pieces -------------------------------------------------------------------

TEST_CASE_FIXTURE(intake_fixture, "a reader is made by the head, and a piece "
                                  "asked for when the one before is read") {
  route(method::post, "/", tracing_reader(), {tracing("A")});
  auto at = begin();
  CHECK(trace == names{"A.enter", "begin"});
  REQUIRE(asked() == 1);
  CHECK(seen->wanted_bodies[0].at.number == at.number);
  CHECK_FALSE(seen->wanted_bodies[0].whole);
  give(at, "one");
  CHECK(asked() == 2);
  CHECK_FALSE(seen->wanted_bodies[1].whole);
  give(at, "two", true);
  CHECK(asked() == 2);
  CHECK(trace
        == names{"A.enter", "begin", "piece one", "piece two", "end", "gone",
                 "A.review"});
  CHECK(answer().body == "whole");
}

TEST_CASE_FIXTURE(intake_fixture, "a body that ends without octets has an end "
                                  "and no piece") {
  route(method::post, "/", tracing_reader());
  give(begin(), "", true);
  CHECK(trace == names{"begin", "end", "gone"});
  CHECK(answer().body == "whole");
}

TEST_CASE_FIXTURE(intake_fixture, "a request without body has an end at once, "
                                  "and nothing is asked for") {
  route(method::post, "/", tracing_reader());
  ask(request(method::post, "/"), false);
  CHECK(asked() == 0);
  CHECK(trace == names{"begin", "end", "gone"});
  CHECK(answer().body == "whole");
}

TEST_CASE_FIXTURE(intake_fixture, "a piece of another exchange is not taken "
                                  "for one of this") {
  route(method::post, "/", collector());
  auto at = begin();
  auto other = at;
  --other.number;
  give(other, "old");
  CHECK(asked() == 1);
  give(at, "new", true);
  CHECK(answer().body == "[new]");
}

TEST_CASE_FIXTURE(intake_fixture, "the next exchange has a reader of its own") {
  route(method::post, "/", collector(), {changing(marked)});
  give(begin(), "one", true);
  give(begin(), "two", true);
  REQUIRE(seen->replies.size() == 2);
  CHECK(seen->replies[0].response.body == "[<one.>]");
  CHECK(seen->replies[1].response.body == "[<two.>]");
}

TEST_CASE_FIXTURE(intake_fixture, "while a piece is awaited nobody is late") {
  route(method::post, "/", collector(), {tracing("A")});
  auto at = begin();
  advance(60s);
  caf::anon_send(pipeline, msg::overdue{at});
  run();
  CHECK(seen->replies.empty());
  give(at, "x", true);
  CHECK(answer().body == "[x]");
}

// -- early ends ---------------------------------------------------------------

TEST_CASE_FIXTURE(intake_fixture, "a request that enter refuses does not reach "
                                  "the handler") {
  auto deny = entering([](const http::request&) -> http::verdict {
    return http::replace{http::empty(status::unauthorized)};
  });
  route(method::post, "/", tracing_reader(), {deny});
  begin();
  CHECK(trace.empty());
  CHECK(asked() == 0);
  CHECK(answer().status == status::unauthorized);
}

TEST_CASE_FIXTURE(intake_fixture, "a handler may answer by the head alone") {
  route(method::post, "/",
        intake_function{[](const http::request&) -> http::intake {
          return http::empty(status::forbidden);
        }},
        {tracing("A")});
  begin();
  CHECK(asked() == 0);
  CHECK(answer().status == status::forbidden);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(intake_fixture, "a reader that has seen enough gets no more, "
                                  "and its answer is reviewed") {
  route(method::post, "/", tracing_reader(), {tracing("A")});
  auto at = begin();
  give(at, "enough");
  CHECK(asked() == 1);
  CHECK(answer().body == "early");
  CHECK(trace == names{"A.enter", "begin", "piece enough", "gone", "A.review"});
}

TEST_CASE_FIXTURE(intake_fixture, "an early answer to the last piece has no "
                                  "end behind it") {
  route(method::post, "/", tracing_reader());
  give(begin(), "enough", true);
  CHECK(trace == names{"begin", "piece enough", "gone"});
  CHECK(answer().body == "early");
}

TEST_CASE_FIXTURE(intake_fixture, "a reader that throws is a 500, and is "
                                  "gone") {
  route(method::post, "/", tracing_reader());
  SUBCASE("over a piece") {
    give(begin(), "throw");
  }
  SUBCASE("over the last one") {
    give(begin(), "throw", true);
  }
  CHECK(trace == names{"begin", "piece throw", "gone"});
  CHECK(asked() == 1);
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(intake_fixture, "what throws at the beginning or the end is "
                                  "a 500 too") {
  route(method::post, "/",
        intake_function{[](const http::request& head) -> http::intake {
          if (head.fields.contains("X-Early"))
            throw std::runtime_error("broken");
          return http::read_body(
            [](std::string_view) {},
            []() -> http::answer { throw std::runtime_error("broken"); });
        }});
  auto head = request(method::post, "/");
  SUBCASE("at the beginning") {
    head->fields.add("X-Early", "1");
    ask(head, true);
    CHECK(asked() == 0);
  }
  SUBCASE("at the end") {
    give(ask(head, true), "x", true);
  }
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(intake_fixture, "a handler that makes no reader is a 500") {
  route(method::post, "/",
        intake_function{[](const http::request&) -> http::intake {
          return std::unique_ptr<http::body_reader>{};
        }});
  SUBCASE("with a body") {
    begin();
  }
  SUBCASE("without") {
    ask(request(method::post, "/"), false);
  }
  CHECK(asked() == 0);
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(intake_fixture, "a body that fails destroys its reader "
                                  "without an end, and is the answer") {
  route(method::post, "/", tracing_reader(), {tracing("A")});
  auto at = begin();
  give(at, "one");
  fail(at, errc::request_timeout);
  CHECK(trace == names{"A.enter", "begin", "piece one", "gone", "A.review"});
  CHECK(answer().status == status::request_timeout);
}

TEST_CASE_FIXTURE(intake_fixture, "the end of the session destroys the "
                                  "reader") {
  route(method::post, "/", tracing_reader());
  give(begin(), "one");
  caf::anon_send_exit(pipeline, caf::exit_reason::user_shutdown);
  run();
  CHECK(trace == names{"begin", "piece one", "gone"});
  CHECK(seen->replies.empty());
}

// -- upgrades -----------------------------------------------------------------

TEST_CASE_FIXTURE(intake_fixture, "an upgrade to a streamed body leaves the "
                                  "body of its request unread") {
  route(method::post, "/", lungo::stream::upgrade(idle).as_handler(),
        {tracing("A")});
  begin();
  CHECK(asked() == 0);
  REQUIRE(told->admits.size() == 1);
  CHECK(told->admits[0].exchange->upgrades());
  CHECK(trace == names{"A.enter", "A.review"});
  CHECK(seen->replies.empty());
}

TEST_CASE_FIXTURE(intake_fixture, "a reader may answer by an upgrade") {
  route(method::post, "/",
        intake_function{[](const http::request&) -> http::intake {
          return http::read_body(
            [](std::string_view) {},
            []() -> http::answer { return lungo::stream::upgrade(idle); });
        }});
  give(begin(), "x", true);
  REQUIRE(told->admits.size() == 1);
  CHECK(told->admits[0].exchange->upgrades());
}

TEST_CASE_FIXTURE(intake_fixture, "an upgrade takes the transforms of both "
                                  "bodies with it") {
  auto review = reviewing([](const http::exchange&) -> http::verdict {
    return http::amend{}.transform_body(marked);
  });
  route(method::post, "/", lungo::stream::upgrade(idle).as_handler(),
        {review, changing(marked), changing(marked)});
  begin();
  REQUIRE(told->admits.size() == 1);
  auto& approved = *told->admits[0].exchange;
  CHECK(approved.of_request.apply("a", true) == "<<a.>.>");
  CHECK(approved.of_response.apply("a", true) == "<a.>");
}

// -- transforms ---------------------------------------------------------------

TEST_CASE_FIXTURE(intake_fixture, "each piece passes the transforms in the "
                                  "order of the chain") {
  auto twice = [](std::string_view octets, bool) {
    return std::string{octets} + std::string{octets};
  };
  route(method::post, "/", collector(), {changing(twice), changing(marked)});
  auto at = begin();
  give(at, "a");
  give(at, "b", true);
  CHECK(answer().body == "[<aa>][<bb.>]");
}

TEST_CASE_FIXTURE(intake_fixture, "a piece of which a transform leaves nothing "
                                  "is none") {
  route(method::post, "/", collector(), {changing(held())});
  auto at = begin();
  give(at, "a");
  CHECK(asked() == 2);
  give(at, "b");
  give(at, "", true);
  CHECK(answer().body == "[ab]");
}

TEST_CASE_FIXTURE(intake_fixture, "what a transform adds to no body is one") {
  route(method::post, "/", collector(), {changing(marked)});
  ask(request(method::post, "/"), false);
  CHECK(answer().body == "[<.>]");
}

TEST_CASE_FIXTURE(intake_fixture, "a transform that throws is a 500") {
  route(method::post, "/", tracing_reader(), {changing(broken)});
  give(begin(), "a");
  CHECK(trace == names{"begin", "gone"});
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(intake_fixture, "a handler that takes the body whole gets it "
                                  "transformed") {
  auto echo = [](const http::request& asked) -> http::answer {
    return http::text(asked.body);
  };
  route(method::post, "/", handler_function{echo}, {changing(marked)});
  SUBCASE("with a body") {
    auto at = begin();
    REQUIRE(asked() == 1);
    CHECK(seen->wanted_bodies[0].whole);
    give(at, "octets", true);
    CHECK(answer().body == "<octets.>");
  }
  SUBCASE("without one") {
    ask(request(method::post, "/"), false);
    CHECK(answer().body == "<.>");
  }
}

TEST_CASE_FIXTURE(intake_fixture, "a handler that takes it whole is not called "
                                  "when a transform throws") {
  route(method::post, "/", answering("never"), {changing(broken)});
  give(begin(), "a", true);
  CHECK(trace.empty());
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(intake_fixture, "a plain answer passes the transform of its "
                                  "review") {
  auto review = [](http::body_transform how) {
    return reviewing([how](const http::exchange&) -> http::verdict {
      return http::amend{}.transform_body(how);
    });
  };
  SUBCASE("and goes out as that") {
    route(method::post, "/", collector(), {review(marked)});
    give(begin(), "a", true);
    CHECK(answer().body == "<[a].>");
  }
  SUBCASE("or is a 500 if that throws") {
    route(method::post, "/", collector(), {review(broken)});
    give(begin(), "a", true);
    CHECK(answer().status == status::internal_server_error);
  }
}
