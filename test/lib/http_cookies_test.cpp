#include "lungo/http/cookies.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

using namespace lungo;
using namespace std::literals;
using http::cookie;
using policy = http::cookie::same_site_policy;

namespace {

cookie plain(std::string name, std::string value) {
  cookie made;
  made.name = std::move(name);
  made.value = std::move(value);
  return made;
}

/// The sentence with which the cookie is refused; empty if it is not.
std::string refusal(const cookie& c) {
  try {
    static_cast<void>(to_string(c));
    return {};
  } catch (const invalid_value& why) {
    return why.what();
  }
}

bool mentions(std::string_view sentence, std::string_view word) {
  return sentence.find(word) != sentence.npos;
}

std::optional<std::string> sent(std::string line, std::string_view name) {
  http::request from;
  from.fields.add("Cookie", std::move(line));
  return http::get_cookie(from, name);
}

} // namespace

TEST_CASE("a cookie is for the whole host, hidden from scripts and lax") {
  CHECK(to_string(plain("id", "7")) == "id=7; Path=/; HttpOnly; SameSite=Lax");
}

TEST_CASE("what is left empty or off in a cookie is not sent") {
  auto c = plain("id", "");
  c.path.clear();
  c.http_only = false;
  c.same_site = policy::unset;
  CHECK(to_string(c) == "id=");
}

TEST_CASE("all attributes of a cookie are sent") {
  auto c = plain("id", "7");
  c.path = "/app";
  c.domain = "example.org";
  c.max_age = 2h;
  c.secure = true;
  c.same_site = policy::strict;
  CHECK(to_string(c)
        == "id=7; Path=/app; Domain=example.org; Max-Age=7200; Secure; "
           "HttpOnly; SameSite=Strict");
}

TEST_CASE("an age of zero or less deletes a cookie") {
  auto c = plain("id", "");
  c.max_age = 0s;
  CHECK(mentions(to_string(c), "; Max-Age=0;"));
  c.max_age = -5s;
  CHECK(mentions(to_string(c), "; Max-Age=0;"));
}

TEST_CASE("SameSite=None needs Secure") {
  auto c = plain("id", "7");
  c.same_site = policy::none;
  CHECK(mentions(refusal(c), "Secure"));
  c.secure = true;
  CHECK(to_string(c) == "id=7; Path=/; Secure; HttpOnly; SameSite=None");
}

TEST_CASE("a cookie's name is a token") {
  for (auto name : {"", "a b", "a=b", "a;b", "a\r\n", "\xc3\xa9"}) {
    CAPTURE(name);
    CHECK(mentions(refusal(plain(name, "x")), "token"));
  }
}

TEST_CASE("a cookie's value holds cookie-octets only") {
  std::string accepted;
  for (int octet = 0; octet < 256; ++octet) {
    auto c = static_cast<char>(octet);
    if (refusal(plain("a", {'x', c, 'x'})).empty())
      accepted += c;
  }
  CHECK(accepted.size() == 94 - 4);
  CHECK(accepted.find_first_of("\",;\\") == accepted.npos);
}

TEST_CASE("a cookie's value may stand in one pair of quotes") {
  CHECK(refusal(plain("a", "\"x\"")).empty());
  CHECK(refusal(plain("a", "\"\"")).empty());
  for (auto value : {"\"", "\"x", "x\"", "\"x\"y\""})
    CHECK_FALSE(refusal(plain("a", value)).empty());
}

TEST_CASE("path and domain can smuggle no attribute in") {
  auto c = plain("a", "1");
  c.path = "/; Domain=evil.example";
  CHECK(mentions(refusal(c), "path"));
  c.path = "/\r\nX: 1";
  CHECK(mentions(refusal(c), "path"));
  c.path = "/";
  for (auto domain :
       {"a.example; Secure", "a example", "a\nb", "caf\xc3\xa9"}) {
    c.domain = domain;
    CHECK(mentions(refusal(c), "domain"));
  }
}

TEST_CASE("the refusal of a cookie names it and holds no line end of it") {
  CHECK(mentions(refusal(plain("session", "a b")), "'session'"));
  CHECK(refusal(plain("a\r\nb", "x")).find('\n') == std::string::npos);
}

TEST_CASE("each cookie becomes a Set-Cookie field of its own") {
  http::response to;
  http::set_cookie(to, plain("a", "1"));
  http::set_cookie(to, plain("b", "2"));
  auto lines = to.fields.all("Set-Cookie");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("a=1;"));
  CHECK(lines[1].starts_with("b=2;"));
}

TEST_CASE("a cookie that is refused leaves the response as it was") {
  auto to = http::text("hi");
  CHECK_THROWS_AS(http::set_cookie(to, plain("a", "1;2")), invalid_value);
  CHECK(to == http::text("hi"));
}

TEST_CASE("a cookie that the client sent is found by its exact name") {
  CHECK(sent("a=1; session=abc; b=2", "session") == "abc");
  CHECK(sent("a=1; session=abc; b=2", "b") == "2");
  CHECK(sent("a=1; session=abc", "Session") == std::nullopt);
  CHECK(sent("a=1; session=abc", "ession") == std::nullopt);
  CHECK(http::get_cookie(http::request{}, "a") == std::nullopt);
}

TEST_CASE("the first of several cookies of one name counts") {
  http::request from;
  from.fields.add("Cookie", "a=1; b=2").add("cookie", "b=3; c=4; c=5");
  CHECK(http::get_cookie(from, "b") == "2");
  CHECK(http::get_cookie(from, "c") == "4");
}

TEST_CASE("a cookie's value is given as it was sent") {
  CHECK(sent("a=\"x\"", "a") == "\"x\"");
  CHECK(sent("a=b=c==", "a") == "b=c==");
  CHECK(sent("a=%20+", "a") == "%20+");
  CHECK(sent("a=", "a") == "");
}

TEST_CASE("a sloppy Cookie field is read as browsers' servers read it") {
  CHECK(sent("a=1;b=2;; c = 3 ;", "b") == "2");
  CHECK(sent("a=1;b=2;; c = 3 ;", "c") == "3");
  CHECK(sent("alone; a=1", "alone") == std::nullopt);
  CHECK(sent("alone; a=1", "a") == "1");
}
