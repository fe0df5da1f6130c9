#include "lungo/handshake/origin.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lungo::handshake;

namespace {

using allowed = std::vector<std::string>;

} // namespace

TEST_CASE("an origin is taken apart, with the port of its scheme") {
  auto one = parse_origin("https://a.example");
  REQUIRE(one);
  CHECK(one->scheme == "https");
  CHECK(one->host == "a.example");
  CHECK(one->port == 443);
  CHECK(parse_origin("HTTP://[::1]")->host == "[::1]");
  CHECK(parse_origin("HTTP://[::1]")->port == 80);
  CHECK(parse_origin("http://a.example:8080")->port == 8080);
  CHECK(parse_origin("app://a.example")->port == std::nullopt);
}

TEST_CASE("null is an origin, a list of origins is none") {
  CHECK(is_origin("null"));
  CHECK(is_origin("https://a.example"));
  CHECK_FALSE(is_origin("https://a.example https://b.example"));
  CHECK_FALSE(is_origin("https://a.example, https://b.example"));
  CHECK_FALSE(is_origin("*"));
  CHECK_FALSE(is_origin(""));
}

TEST_CASE("the own origin has the host and the port that the client asks") {
  CHECK(is_own_origin("http://a.example", "a.example"));
  CHECK(is_own_origin("http://A.Example", "a.eXAMPLE"));
  CHECK(is_own_origin("http://a.example:8080", "a.example:8080"));
  CHECK(is_own_origin("http://127.0.0.1:8080", "127.0.0.1:8080"));
  CHECK(is_own_origin("http://[::1]:8080", "[::1]:8080"));
  CHECK_FALSE(is_own_origin("http://b.example", "a.example"));
  CHECK_FALSE(is_own_origin("http://a.example.b.example", "a.example"));
  CHECK_FALSE(is_own_origin("http://b.a.example", "a.example"));
  CHECK_FALSE(is_own_origin("http://a.example:8080", "a.example:8081"));
  CHECK_FALSE(is_own_origin("http://a.example:8080", "a.example"));
}

TEST_CASE("a port that is not told is that of the origin's scheme") {
  CHECK(is_own_origin("http://a.example", "a.example:80"));
  CHECK(is_own_origin("http://a.example:80", "a.example"));
  CHECK(is_own_origin("https://a.example", "a.example"));
  CHECK(is_own_origin("https://a.example", "a.example:443"));
  CHECK_FALSE(is_own_origin("https://a.example", "a.example:80"));
  CHECK_FALSE(is_own_origin("http://a.example", "a.example:443"));
}

TEST_CASE("what no browser gets from a server is not its own origin") {
  CHECK_FALSE(is_own_origin("null", "null"));
  CHECK_FALSE(is_own_origin("app://localhost", "localhost"));
  CHECK_FALSE(is_own_origin("app://localhost:80", "localhost"));
  CHECK_FALSE(is_own_origin("http://a.example", ""));
  CHECK_FALSE(is_own_origin("", ""));
}

TEST_CASE("an allowed origin compares by scheme, host and port") {
  const allowed some{"https://a.example", "http://b.example:8080", "app://c"};
  CHECK(is_allowed_origin("https://a.example", some));
  CHECK(is_allowed_origin("HTTPS://A.example:443", some));
  CHECK(is_allowed_origin("http://b.example:8080", some));
  CHECK(is_allowed_origin("app://c", some));
  CHECK_FALSE(is_allowed_origin("http://a.example", some));
  CHECK_FALSE(is_allowed_origin("https://a.example:8443", some));
  CHECK_FALSE(is_allowed_origin("http://b.example", some));
  CHECK_FALSE(is_allowed_origin("https://x.a.example", some));
  CHECK_FALSE(is_allowed_origin("null", some));
  CHECK_FALSE(is_allowed_origin("https://a.example", {}));
}

TEST_CASE("a star allows each origin, and null is allowed by its name") {
  CHECK(is_allowed_origin("https://a.example", {"*"}));
  CHECK(is_allowed_origin("null", {"*"}));
  CHECK(is_allowed_origin("null", {"https://a.example", "null"}));
  CHECK_FALSE(is_allowed_origin("https://a.example", {"null"}));
}
