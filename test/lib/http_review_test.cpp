#include "lungo/http/review.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using namespace lungo;
using http::amend;
using http::approve;
using http::fields;
using http::phases;
using http::replace;
using http::review;
using http::status;
using step = http::review::step;
using action = http::review::action;

namespace {

constexpr phases both{true, true};
constexpr phases enter_only{true, false};
constexpr phases review_only{false, true};
constexpr phases neither{false, false};

constexpr action handle{step::handle};
constexpr action done{step::done};

action enter(std::size_t middleware) {
  return {step::enter, middleware};
}

action judge(std::size_t middleware) {
  return {step::judge, middleware};
}

review walk(std::vector<phases> chain) {
  return review{std::make_shared<http::request>(), std::move(chain)};
}

http::answer stream() {
  return http::upgrade{http::upgrade_kind::sse, {{"X-Handler", "1"}}, nullptr};
}

/// A walk through `chain`, all of whose members let the request pass, up to the
/// first review of the handler's answer.
review answered(std::vector<phases> chain, http::answer what) {
  auto w = walk(std::move(chain));
  auto next = w.start();
  while (next.what == step::enter)
    next = w.on_verdict(approve{});
  REQUIRE(next == handle);
  REQUIRE(w.on_answer(std::move(what)).what == step::judge);
  return w;
}

const error late{errc::unavailable, "too late"};

} // namespace

namespace lungo::http {

std::ostream& operator<<(std::ostream& out, const review::action& x) {
  constexpr const char* names[] = {"enter", "handle", "judge", "done"};
  return out << names[static_cast<int>(x.what)] << ' ' << x.middleware;
}

} // namespace lungo::http

// -- order --------------------------------------------------------------------

TEST_CASE("A, B run as A.enter, B.enter, handler, B.review, A.review") {
  auto w = walk({both, both});
  CHECK(w.start() == enter(0));
  CHECK(w.on_verdict(approve{}) == enter(1));
  CHECK(w.on_verdict(approve{}) == handle);
  CHECK(w.on_answer(http::text("hi")) == judge(1));
  CHECK(w.on_verdict(approve{}) == judge(0));
  CHECK(w.on_verdict(approve{}) == done);
  CHECK(w.take()->response == http::text("hi"));
}

TEST_CASE("without middleware only the handler is asked") {
  auto w = walk({});
  CHECK(w.start() == handle);
  CHECK(w.on_answer(http::text("hi")) == done);
  CHECK(w.take()->response == http::text("hi"));
}

TEST_CASE("a phase that was left out is never asked") {
  auto w = walk({neither, review_only, enter_only, neither, both, neither});
  CHECK(w.start() == enter(2));
  CHECK(w.on_verdict(approve{}) == enter(4));
  CHECK(w.on_verdict(approve{}) == handle);
  CHECK(w.on_answer(http::empty()) == judge(4));
  CHECK(w.on_verdict(approve{}) == judge(1));
  CHECK(w.on_verdict(approve{}) == done);
}

TEST_CASE("a chain whose members take part in nothing is no chain") {
  auto w = walk({neither, neither});
  CHECK(w.start() == handle);
  CHECK(w.on_answer(http::empty()) == done);
}

// -- replacement --------------------------------------------------------------

TEST_CASE("an answer in enter skips all that is inside, and itself") {
  auto w = walk({both, both, both});
  w.start();
  CHECK(w.on_verdict(approve{}) == enter(1));
  CHECK(w.on_verdict(replace{http::empty(status::forbidden)}) == judge(0));
  CHECK(w.snapshot()->response.status == status::forbidden);
  CHECK(w.on_verdict(approve{}) == done);
  CHECK(w.take()->response == http::empty(status::forbidden));
}

TEST_CASE("an answer of the outermost is judged by nobody") {
  auto w = walk({both, both});
  w.start();
  CHECK(w.on_verdict(replace{http::text("no")}) == done);
  CHECK(w.take()->response == http::text("no"));
}

TEST_CASE("an answer in enter is judged by those that only review, outside") {
  auto w = walk({review_only, enter_only, review_only});
  CHECK(w.start() == enter(1));
  CHECK(w.on_verdict(replace{http::empty()}) == judge(0));
}

TEST_CASE("a replacement in review goes on to the next one outside") {
  auto w = answered({both, both, both}, http::text("hi"));
  CHECK(w.on_verdict(approve{}) == judge(1));
  CHECK(w.on_verdict(replace{http::text("other")}) == judge(0));
  CHECK(w.on_verdict(approve{}) == done);
  CHECK(w.take()->response == http::text("other"));
}

// -- upgrades -----------------------------------------------------------------

TEST_CASE("an upgrade that all approve is still wanted") {
  auto w = answered({both}, stream());
  CHECK(w.on_verdict(approve{}) == done);
  auto exchange = w.take();
  CHECK(exchange->upgrades());
  CHECK(exchange->response.fields == fields{{"X-Handler", "1"}});
}

TEST_CASE("what review amends stands on the head of an upgrade, in order") {
  auto w = answered({both, both}, stream());
  w.on_verdict(amend{}.add("Set-Cookie", "a=1").add("Set-Cookie", "b=2"));
  w.on_verdict(amend{}.add("Set-Cookie", "c=3").set("X-Handler", "2"));
  auto exchange = w.take();
  CHECK(exchange->upgrades());
  CHECK(exchange->response.fields
        == fields{{"X-Handler", "2"},
                  {"Set-Cookie", "a=1"},
                  {"Set-Cookie", "b=2"},
                  {"Set-Cookie", "c=3"}});
}

TEST_CASE("a replacement drops the upgrade, whatever its status") {
  for (auto code : {status::ok, status::switching_protocols, status::no_content,
                    status::forbidden, status::internal_server_error}) {
    auto w = answered({both}, stream());
    REQUIRE(w.on_verdict(replace{http::empty(code)}) == done);
    auto exchange = w.take();
    CHECK_FALSE(exchange->upgrade);
    CHECK_FALSE(exchange->upgrades());
    CHECK(exchange->response == http::empty(code));
  }
}

TEST_CASE("a dropped upgrade does not come back") {
  auto w = answered({both, both}, stream());
  w.on_verdict(replace{http::empty(status::forbidden)});
  w.on_verdict(replace{http::empty(status::ok)});
  CHECK_FALSE(w.take()->upgrades());
}

TEST_CASE("to amend a refusal does not make it an upgrade again") {
  auto w = answered({both, both}, stream());
  w.on_verdict(replace{http::empty(status::forbidden)});
  w.on_verdict(amend{}.set("X-A", "1"));
  auto exchange = w.take();
  CHECK_FALSE(exchange->upgrades());
  CHECK(exchange->response
        == http::response{status::forbidden, {{"X-A", "1"}}, ""});
}

// -- failures -----------------------------------------------------------------

TEST_CASE("who fails in enter denies, and those outside judge the denial") {
  auto w = walk({both, both, both});
  w.start();
  w.on_verdict(approve{});
  CHECK(w.on_failure(late) == judge(0));
  CHECK(w.on_verdict(amend{}.set("X-A", "1")) == done);
  auto expected = http::error_response(late);
  expected.fields.set("X-A", "1");
  CHECK(w.take()->response == expected);
}

TEST_CASE("who fails in review denies: the answer it saw is not sent") {
  auto w = answered({both, both}, http::text("secret"));
  CHECK(w.on_failure(late) == judge(0));
  CHECK(w.on_verdict(approve{}) == done);
  CHECK(w.take()->response == http::error_response(late));
}

TEST_CASE("who fails over an upgrade drops it") {
  auto w = answered({both}, stream());
  CHECK(w.on_failure(late) == done);
  auto exchange = w.take();
  CHECK_FALSE(exchange->upgrade);
  CHECK(exchange->response == http::error_response(late));
}

TEST_CASE("a handler that fails is an error that all review") {
  auto w = walk({both, both});
  w.start();
  w.on_verdict(approve{});
  REQUIRE(w.on_verdict(approve{}) == handle);
  CHECK(w.on_failure({errc::internal, "sorry"}) == judge(1));
  CHECK(w.on_verdict(approve{}) == judge(0));
  CHECK(w.on_verdict(approve{}) == done);
  CHECK(w.take()->response.status == status::internal_server_error);
}

// -- what is changed, and who sees it -----------------------------------------

TEST_CASE("what enter amends is seen by those inside and by the handler") {
  auto w = walk({both, both});
  w.start();
  w.on_verdict(amend{}.set("X-A", "1").attribute("subject", "ann"));
  auto inside = w.snapshot()->request;
  CHECK(inside->fields == fields{{"X-A", "1"}});
  CHECK(inside->attribute("subject") == "ann");
  w.on_verdict(amend{}.remove("X-A").attribute("subject", "bob"));
  auto handled = w.snapshot()->request;
  CHECK(handled->fields.empty());
  CHECK(handled->attributes
        == http::pairs{{"subject", "ann"}, {"subject", "bob"}});
}

TEST_CASE("attributes noted in review reach nobody") {
  auto w = answered({both}, http::empty());
  w.on_verdict(amend{}.attribute("subject", "ann"));
  auto exchange = w.take();
  CHECK(exchange->request->attributes.empty());
  CHECK(exchange->response == http::empty());
}

TEST_CASE("a request that was handed in is never changed") {
  auto asked = std::make_shared<http::request>();
  review w{asked, {both}};
  w.start();
  w.on_verdict(amend{}.set("X-A", "1").attribute("subject", "ann"));
  w.set_body("body");
  CHECK(asked->fields.empty());
  CHECK(asked->attributes.empty());
  CHECK(asked->body.empty());
}

TEST_CASE("a snapshot stays as it is, whatever comes after") {
  auto w = walk({both, both});
  w.start();
  auto at_start = w.snapshot();
  w.on_verdict(amend{}.set("X-A", "1"));
  auto amended = w.snapshot();
  w.on_verdict(approve{});
  w.set_body("body");
  auto whole = w.snapshot();
  w.on_answer(stream());
  auto prepared = w.snapshot();
  w.on_verdict(amend{}.add("X-B", "2"));
  auto judged = w.snapshot();
  w.on_verdict(replace{http::empty(status::forbidden)});

  CHECK(at_start->request->fields.empty());
  CHECK(amended->request->fields == fields{{"X-A", "1"}});
  CHECK(amended->request->body.empty());
  CHECK(whole->request->body == "body");
  CHECK_FALSE(whole->upgrade);
  CHECK(prepared->response.fields == fields{{"X-Handler", "1"}});
  CHECK(judged->response.fields == fields{{"X-Handler", "1"}, {"X-B", "2"}});
  CHECK(judged->upgrades());
  CHECK(w.take()->response == http::empty(status::forbidden));
}

TEST_CASE("the exchange keeps its request to the end, body included") {
  auto w = walk({both});
  w.start();
  w.on_verdict(amend{}.attribute("subject", "ann"));
  w.set_body("body");
  w.on_answer(http::text("hi"));
  w.on_verdict(approve{});
  auto exchange = w.take();
  CHECK(exchange->request->body == "body");
  CHECK(exchange->request->attribute("subject") == "ann");
}

// -- what it comes to ---------------------------------------------------------

TEST_CASE("a response that nobody has seen is not copied") {
  auto w = walk({});
  w.start();
  auto answer = http::text(std::string(1000, 'x'));
  auto* octets = answer.body.data();
  w.on_answer(std::move(answer));
  CHECK_FALSE(w.upgrades());
  CHECK(w.take_response().body.data() == octets);
}

TEST_CASE("a response that somebody may still look at stays as it was") {
  auto w = answered({both}, http::text("seen"));
  auto shown = w.snapshot();
  w.on_verdict(approve{});
  CHECK(w.take_response() == http::text("seen"));
  CHECK(shown->response == http::text("seen"));
}

// -- transforms ---------------------------------------------------------------

namespace {

http::body_transform appending(std::string text) {
  return [text](std::string_view octets, bool last) {
    return std::string{octets} + (last ? text : "");
  };
}

} // namespace

TEST_CASE("transforms of a request are passed from the outside in") {
  auto w = walk({both, both});
  w.start();
  w.on_verdict(amend{}.transform_body(appending("a")));
  w.on_verdict(amend{}.transform_body(appending("b")));
  CHECK(w.snapshot()->of_request.apply("-", true) == "-ab");
  CHECK(w.snapshot()->of_request.apply("-", false) == "-");
}

TEST_CASE("transforms of a request outlast the handler's answer") {
  auto w = walk({both});
  w.start();
  w.on_verdict(amend{}.transform_body(appending("a")));
  w.on_answer(stream());
  w.on_verdict(approve{});
  CHECK(w.take()->of_request.apply("-", true) == "-a");
}

TEST_CASE("a whole response is transformed at once, from the inside out") {
  auto w = answered({both, both}, http::text("-"));
  w.on_verdict(amend{}.transform_body(appending("b")));
  w.on_verdict(amend{}.transform_body(appending("a")));
  CHECK(w.take()->response.body == "-ba");
}

TEST_CASE("the body of a stream is transformed when it is made") {
  auto w = answered({both, both}, stream());
  w.on_verdict(amend{}.transform_body(appending("b")));
  w.on_verdict(amend{}.transform_body(appending("a")));
  auto all = w.take();
  CHECK(all->response.body.empty());
  CHECK(all->of_response.apply("-", true) == "-ba");
}

TEST_CASE("what replaces a stream is not transformed as the stream was") {
  auto w = answered({both, both}, stream());
  w.on_verdict(amend{}.transform_body(appending("b")));
  w.on_verdict(replace{http::text("no")});
  CHECK(w.take()->of_response.empty());
}

TEST_CASE("a transform that throws changes nothing before") {
  auto w = answered({both, both}, http::text("-"));
  auto broken = [](std::string_view, bool) -> std::string { throw 1; };
  CHECK_THROWS(w.on_verdict(amend{}.set("X-Set", "1").transform_body(broken)));
  CHECK(w.on_failure({errc::internal, "no"}) == judge(0));
  w.on_verdict(approve{});
  CHECK_FALSE(w.take()->response.fields.contains("X-Set"));
}
