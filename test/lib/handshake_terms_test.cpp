#include "lungo/handshake/terms.hpp"
#include "lungo/http/upgrade.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace lungo;
using handshake::check;
using handshake::check_origin;
using handshake::policy;
using handshake::terms;

TEST_CASE("an origin is a scheme, a host and maybe a port") {
  for (auto text :
       {"http://a.example", "https://a.example:8443", "HTTPS://A.example",
        "http://127.0.0.1:80", "http://[::1]:8080", "app://abc", "*", "null"}) {
    INFO(text);
    CHECK(check_origin(text).has_value());
  }
}

TEST_CASE("an origin has no path, and so no slash at the end") {
  for (auto text :
       {"http://a.example/", "http://a.example/x", "http://a.example?x",
        "http://a.example#x", "a.example", "a.example:80", "//a.example",
        "http:a.example", "http://", "://a.example", "1x://a.example",
        "http://me@a.example", "http://a.example:65536", "http://a b", "",
        "http://a.example http://b.example", "http://*.a.example:x", "NULL"}) {
    INFO(text);
    auto checked = check_origin(text);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == errc::invalid_value);
  }
}

TEST_CASE("terms that say nothing are fine") {
  CHECK_NOTHROW(check(terms{}));
  CHECK_NOTHROW(check(policy{}));
  CHECK_NOTHROW(check(terms{{{}}, {}, false}));
}

TEST_CASE("terms and policies with an origin that is none are refused") {
  CHECK_NOTHROW(check(terms{{{"https://a.example", "*"}}, {}, false}));
  CHECK_THROWS_AS(check(terms{{{"*", "https://a.example/"}}, {}, false}),
                  invalid_value);
  CHECK_NOTHROW(check(policy{{"https://a.example"}}));
  CHECK_THROWS_AS(check(policy{{"a.example"}}), invalid_value);
}

// RFC 6455, 4.1, item 10: tokens, and each once.
TEST_CASE("subprotocols are tokens, and each is named once") {
  auto speaking = [](std::vector<std::string> names) {
    return terms{std::nullopt, std::move(names), false};
  };
  CHECK_NOTHROW(check(speaking({"chat.v2", "chat.v1", "Chat.v1"})));
  CHECK_THROWS_AS(check(speaking({"chat", "v 2"})), invalid_value);
  CHECK_THROWS_AS(check(speaking({""})), invalid_value);
  CHECK_THROWS_AS(check(speaking({"a,b"})), invalid_value);
  CHECK_THROWS_AS(check(speaking({"a", "b", "a"})), invalid_value);
}

TEST_CASE("an upgrade without terms has the default ones") {
  http::upgrade wish;
  CHECK(handshake::terms_of(wish) == terms{});
  wish.terms = std::make_shared<const terms>(terms{{}, {"chat"}, true});
  CHECK(&handshake::terms_of(wish) == wish.terms.get());
}

TEST_CASE("what to do at the limit is read back as it is written") {
  using handshake::at_limit;
  for (auto each : {at_limit::retry_later, at_limit::refuse})
    CHECK(handshake::parse_at_limit(to_string(each)) == each);
  CHECK(handshake::parse_at_limit("retry-later") == at_limit::retry_later);
  for (auto text : {"", "retry", "Refuse", "refuse "})
    CHECK_FALSE(handshake::parse_at_limit(text).has_value());
}
