#include "pipeline_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lungo;
using namespace lungo::test;
using http::method;
using http::status;

namespace {

using names = std::vector<std::string>;

/// A question that waits until the test answers it.
template <class T>
class held {
public:
  held(caf::scheduled_actor& asked, caf::typed_response_promise<T> promise)
    : asked_(asked),
      promise_(std::move(promise)) {}

  /// Answers as if the actor were at work, which a promise relies on.
  template <class... Ts>
  void answer(Ts... what) {
    asked_.context(asked_.home_system().dummy_execution_unit());
    promise_.deliver(std::move(what)...);
  }

private:
  caf::scheduled_actor& asked_;
  caf::typed_response_promise<T> promise_;
};

class held_middleware : public middleware_actor::base {
public:
  using questions = std::vector<held<http::verdict>>;

  held_middleware(caf::actor_config& cfg, questions& into)
    : middleware_actor::base(cfg),
      into_(into) {}

  behavior_type make_behavior() override {
    return {
      [this](const msg::enter&) { return hold(); },
      [this](const msg::review&) { return hold(); },
    };
  }

private:
  caf::result<http::verdict> hold() {
    auto promise = make_response_promise<http::verdict>();
    into_.emplace_back(*this, promise);
    return promise;
  }

  questions& into_;
};

class held_handler : public handler_actor::base {
public:
  using questions = std::vector<held<http::answer>>;

  held_handler(caf::actor_config& cfg, questions& into)
    : handler_actor::base(cfg),
      into_(into) {}

  behavior_type make_behavior() override {
    return {[this](const http::request_ptr&) -> caf::result<http::answer> {
      auto promise = make_response_promise<http::answer>();
      into_.emplace_back(*this, promise);
      return promise;
    }};
  }

private:
  questions& into_;
};

/// A handler that throws.
class throwing_handler : public handler_actor::base {
public:
  explicit throwing_handler(caf::actor_config& cfg)
    : handler_actor::base(cfg) {}

  behavior_type make_behavior() override {
    log_crashes(*this);
    return {[](const http::request_ptr&) -> http::answer {
      throw std::runtime_error("a secret");
    }};
  }
};

class failure_fixture : public pipeline_fixture {
public:
  ~failure_fixture() override {
    verdicts.clear();
    answers.clear();
  }

  middleware held(http::phases phases) {
    return {"held", phases, [this](caf::actor_system& sys) -> middleware_actor {
              return sys.spawn<held_middleware>(std::ref(verdicts));
            }};
  }

  handler_actor spawn_held_handler() {
    handler_actor made = system().spawn<held_handler>(std::ref(answers));
    return track(made);
  }

  /// What a session says again and again when an exchange takes long.
  void overdue(const exchange_ref& at) {
    caf::anon_send(pipeline, msg::overdue{at});
    run();
  }

  held_middleware::questions verdicts;
  held_handler::questions answers;
};

handler_function failing() {
  return [](const http::request&) -> http::answer {
    throw std::runtime_error("a secret");
  };
}

} // namespace

// -- handlers -----------------------------------------------------------------

TEST_CASE_FIXTURE(failure_fixture, "a handler that throws is a 500 without "
                                   "detail, and is reviewed") {
  route(method::get, "/", failing(), {tracing("A")});
  ask(get("/"));
  CHECK(answer().status == status::internal_server_error);
  CHECK(answer().body.find("secret") == std::string::npos);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(failure_fixture, "a handler that throws leaves the session "
                                   "usable") {
  route(method::get, "/bad", failing());
  route(method::get, "/good", answering("hi"));
  ask(get("/bad"));
  ask(get("/good"));
  REQUIRE(seen->replies.size() == 2);
  CHECK(seen->replies[1].response.body == "hi");
}

TEST_CASE_FIXTURE(failure_fixture, "a handler that is an actor may answer "
                                   "later") {
  route(method::get, "/", spawn_held_handler());
  ask(get("/"));
  CHECK(seen->replies.empty());
  REQUIRE(answers.size() == 1);
  answers[0].answer(http::answer{http::text("at last")});
  run();
  CHECK(answer().body == "at last");
}

TEST_CASE_FIXTURE(failure_fixture, "a handler that is an actor may answer with "
                                   "an upgrade") {
  route(method::get, "/", spawn_held_handler());
  ask(get("/"));
  REQUIRE(answers.size() == 1);
  http::upgrade wish
    = sse::upgrade([](sse::connection<>*) -> sse::behavior { return {}; });
  answers[0].answer(http::answer{wish});
  run();
  CHECK(seen->replies.empty());
  CHECK(told->admits.size() == 1);
}

TEST_CASE_FIXTURE(failure_fixture, "a handler actor's error is a 503 without "
                                   "detail") {
  route(method::get, "/", spawn_held_handler());
  ask(get("/"));
  REQUIRE(answers.size() == 1);
  answers[0].answer(caf::make_error(caf::sec::invalid_argument, "a secret"));
  run();
  CHECK(answer().status == status::service_unavailable);
  CHECK(answer().body.find("secret") == std::string::npos);
}

TEST_CASE_FIXTURE(failure_fixture, "a handler actor that throws is a 500 "
                                   "without detail") {
  handler_actor thrower = system().spawn<throwing_handler>();
  route(method::get, "/", track(thrower));
  ask(get("/"));
  CHECK(answer().status == status::internal_server_error);
  CHECK(answer().body.find("secret") == std::string::npos);
}

TEST_CASE_FIXTURE(failure_fixture, "a handler actor that is dead is a 503") {
  auto dead = spawn_held_handler();
  caf::anon_send_exit(dead, caf::exit_reason::kill);
  run();
  route(method::get, "/", dead, {tracing("A")});
  ask(get("/"));
  CHECK(answer().status == status::service_unavailable);
  CHECK(trace == names{"A.enter", "A.review"});
}

// -- middleware ---------------------------------------------------------------

TEST_CASE_FIXTURE(failure_fixture, "a middleware that throws in enter denies "
                                   "with 500, and the handler is not called") {
  auto bad = entering([](const http::request&) -> http::verdict {
    throw std::runtime_error("a secret");
  });
  route(method::get, "/", answering("hi"), {tracing("A"), bad});
  ask(get("/"));
  CHECK(answer().status == status::internal_server_error);
  CHECK(answer().body.find("secret") == std::string::npos);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(failure_fixture, "a middleware that throws in review denies "
                                   "what was prepared") {
  auto bad = reviewing([](const http::exchange&) -> http::verdict {
    throw std::runtime_error("a secret");
  });
  route(method::get, "/", answering("hi"), {tracing("A"), bad});
  ask(get("/"));
  CHECK(answer().status == status::internal_server_error);
  CHECK(answer().body.find("hi") == std::string::npos);
  CHECK(trace == names{"A.enter", "handler", "A.review"});
}

TEST_CASE_FIXTURE(failure_fixture, "a middleware that throws in review denies "
                                   "an upgrade") {
  auto bad = reviewing([](const http::exchange&) -> http::verdict {
    throw std::runtime_error("no");
  });
  route(method::get, "/",
        handler_function{
          sse::upgrade([](sse::connection<>*) -> sse::behavior { return {}; })},
        {bad});
  ask(get("/"));
  CHECK(told->admits.empty());
  CHECK(answer().status == status::internal_server_error);
}

TEST_CASE_FIXTURE(failure_fixture,
                  "a middleware that is dead denies with 503") {
  route(method::get, "/", answering("hi"), {tracing("A"), tracing("B")});
  ask(get("/"));
  seen->replies.clear();
  trace.clear();
  caf::anon_send_exit(roster->at(1), caf::exit_reason::kill);
  run();
  ask(get("/"));
  CHECK(answer().status == status::service_unavailable);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(failure_fixture, "a middleware that could not be restarted "
                                   "denies with 503") {
  route(method::get, "/", answering("hi"), {tracing("A")});
  ask(get("/"));
  seen->replies.clear();
  trace.clear();
  roster->at(0) = nullptr;
  ask(get("/"));
  CHECK(answer().status == status::service_unavailable);
  CHECK(trace.empty());
}

TEST_CASE_FIXTURE(failure_fixture,
                  "a middleware that is late is a 503, and its "
                  "verdict counts for nothing") {
  config.limits.verdict_timeout = 5s;
  route(method::get, "/", answering("hi"), {tracing("A"), held({true, false})});
  auto at = ask(get("/"));
  advance(4s);
  overdue(at);
  CHECK(seen->replies.empty());
  advance(1s);
  overdue(at);
  CHECK(answer().status == status::service_unavailable);
  REQUIRE(verdicts.size() == 1);
  verdicts[0].answer(http::verdict{http::approve{}});
  run();
  CHECK(seen->replies.size() == 1);
  CHECK(trace == names{"A.enter", "A.review"});
}

TEST_CASE_FIXTURE(failure_fixture, "a late verdict does not reach the next "
                                   "exchange") {
  config.limits.verdict_timeout = 5s;
  route(method::get, "/", answering("hi"), {held({true, false})});
  auto first = ask(get("/"));
  advance(5s);
  overdue(first);
  ask(get("/"));
  REQUIRE(verdicts.size() == 2);
  verdicts[0].answer(http::verdict{http::approve{}});
  run();
  CHECK(seen->replies.size() == 1);
  verdicts[1].answer(http::verdict{http::approve{}});
  run();
  REQUIRE(seen->replies.size() == 2);
  CHECK(seen->replies[1].response.body == "hi");
}

TEST_CASE_FIXTURE(failure_fixture, "being overdue is counted from the question "
                                   "asked last") {
  config.limits.verdict_timeout = 5s;
  route(method::get, "/", answering("hi"), {held({true, true})});
  auto at = ask(get("/"));
  advance(4s);
  REQUIRE(verdicts.size() == 1);
  verdicts[0].answer(http::verdict{http::approve{}});
  run();
  REQUIRE(verdicts.size() == 2);
  advance(4s);
  overdue(at);
  CHECK(seen->replies.empty());
  verdicts[1].answer(http::verdict{http::approve{}});
  run();
  CHECK(answer().body == "hi");
}

TEST_CASE_FIXTURE(failure_fixture, "a handler may take longer than a verdict") {
  config.limits.verdict_timeout = 5s;
  route(method::get, "/", spawn_held_handler());
  auto at = ask(get("/"));
  advance(20s);
  overdue(at);
  CHECK(seen->replies.empty());
  REQUIRE(answers.size() == 1);
  answers[0].answer(http::answer{http::text("slow")});
  run();
  CHECK(answer().body == "slow");
}

TEST_CASE_FIXTURE(failure_fixture, "a middleware that dies with the question "
                                   "in its hands denies with 503 in time") {
  config.limits.verdict_timeout = 5s;
  route(method::get, "/", answering("hi"), {held({true, false})});
  auto at = ask(get("/"));
  caf::anon_send_exit(roster->at(0), caf::exit_reason::kill);
  advance(5s);
  overdue(at);
  CHECK(answer().status == status::service_unavailable);
  CHECK(trace.empty());
}

TEST_CASE_FIXTURE(failure_fixture, "news of an exchange that is over change "
                                   "nothing") {
  route(method::get, "/", answering("hi"));
  auto at = ask(get("/"));
  advance(60s);
  overdue(at);
  caf::anon_send(pipeline,
                 msg::body{at, std::make_shared<std::string>("late")});
  run();
  CHECK(seen->replies.size() == 1);
  CHECK_FALSE(has_ended(pipeline));
}
