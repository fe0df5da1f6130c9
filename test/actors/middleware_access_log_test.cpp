#include "lungo/middleware/access_log.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace lungo;
using http::status;

namespace {

http::exchange exchange_for(std::string target, http::answer what) {
  auto request = std::make_shared<http::request>();
  request->target = std::move(target);
  request->peer = "192.0.2.7:40312";
  request->id = 42;
  return http::prepare(std::move(request), std::move(what));
}

http::exchange stream_for(std::string target) {
  return exchange_for(std::move(target), http::upgrade{});
}

std::string line_for(std::string target) {
  return access_line({}, exchange_for(std::move(target), http::empty()));
}

} // namespace

TEST_CASE("access_log takes part in review only") {
  middleware made = access_log{};
  CHECK(made.name == "access_log");
  CHECK_FALSE(made.phases.enter);
  CHECK(made.phases.review);
}

TEST_CASE("an access line tells peer, method, target, status and number") {
  CHECK(line_for("/a?b=c") == "192.0.2.7:40312 GET /a?b=c 204 #42");
}

TEST_CASE("an access line tells an upgrade with its kind") {
  CHECK(access_line({}, stream_for("/events"))
        == "192.0.2.7:40312 GET /events 200 upgrade sse #42");
}

TEST_CASE("an access line tells a dropped upgrade as none") {
  auto dropped = stream_for("/events");
  dropped.response.status = status::forbidden;
  CHECK(access_line({}, dropped) == "192.0.2.7:40312 GET /events 403 #42");
}

TEST_CASE("a target can forge neither lines nor columns") {
  CHECK(line_for("/\r\n\x1b[2J\x7f 200 \t\\x20\xff")
        == "192.0.2.7:40312 GET "
           "/\\x0D\\x0A\\x1B[2J\\x7F\\x20200\\x20\\x09\\x5Cx20\\xFF 204 #42");
}

TEST_CASE("printable targets stay readable in the access log") {
  CHECK(line_for("/~a%20b!~") == "192.0.2.7:40312 GET /~a%20b!~ 204 #42");
}

TEST_CASE("what an access line does not know is a dash") {
  http::exchange x;
  x.request = std::make_shared<http::request>();
  CHECK(access_line({}, x) == "- GET / 200 #0");
}

TEST_CASE("the query may be left out of the access log") {
  auto x = exchange_for("/a?token=secret?x", http::empty());
  CHECK(access_line({.with_query = false}, x)
        == "192.0.2.7:40312 GET /a 204 #42");
}
