#include "lungo/middleware/security_headers.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>

using namespace lungo;
using http::fields;

namespace {

fields reviewed(const security_headers& rules, fields present = {}) {
  http::exchange x;
  x.request = std::make_shared<http::request>();
  x.response.fields = std::move(present);
  auto said = review(rules, x);
  std::get<http::amend>(said).apply_to(x.response.fields);
  return x.response.fields;
}

void refused(const security_headers& rules, std::string_view because) {
  INFO(because);
  std::string why;
  try {
    middleware made = rules;
  } catch (const invalid_value& e) {
    why = e.what();
  }
  CHECK(why.find(because) != why.npos);
}

} // namespace

TEST_CASE("security_headers takes part in review only") {
  middleware made = security_headers{};
  CHECK(made.name == "security_headers");
  CHECK_FALSE(made.phases.enter);
  CHECK(made.phases.review);
}

TEST_CASE("security_headers, left alone, are strict") {
  CHECK(reviewed({})
        == fields{{"X-Content-Type-Options", "nosniff"},
                  {"X-Frame-Options", "DENY"},
                  {"Referrer-Policy", "no-referrer"}});
}

TEST_CASE("a field that is set already is left alone, whatever its case") {
  CHECK(reviewed({}, {{"x-frame-options", "SAMEORIGIN"}})
        == fields{{"x-frame-options", "SAMEORIGIN"},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"}});
}

TEST_CASE("every option has its field") {
  const security_headers all{
    .frame_options = "SAMEORIGIN",
    .referrer_policy = "no-referrer, strict-origin",
    .content_security_policy = "default-src 'self'",
    .permissions_policy = "camera=()",
    .opener_policy = "same-origin",
    .embedder_policy = "require-corp",
    .resource_policy = "same-site",
    .hsts_max_age = std::chrono::hours{1},
    .hsts_subdomains = true,
  };
  CHECK_NOTHROW([&] { middleware made = all; }());
  CHECK(reviewed(all)
        == fields{
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "SAMEORIGIN"},
          {"Referrer-Policy", "no-referrer, strict-origin"},
          {"Content-Security-Policy", "default-src 'self'"},
          {"Permissions-Policy", "camera=()"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Embedder-Policy", "require-corp"},
          {"Cross-Origin-Resource-Policy", "same-site"},
          {"Strict-Transport-Security", "max-age=3600; includeSubDomains"},
        });
}

TEST_CASE("an empty text leaves its field out") {
  const security_headers none{
    .nosniff = false, .frame_options = "", .referrer_policy = ""};
  CHECK_NOTHROW([&] { middleware made = none; }());
  CHECK(reviewed(none, {{"A", "1"}}) == fields{{"A", "1"}});
}

TEST_CASE("zero seconds of transport security are said, not left out") {
  auto answer = reviewed({.hsts_max_age = std::chrono::seconds{0}});
  CHECK(answer.get("Strict-Transport-Security") == "max-age=0");
}

TEST_CASE("a misspelled policy is refused at the start") {
  refused({.frame_options = "ALLOW-FROM https://a"}, "frame_options");
  refused({.referrer_policy = "no-referer"}, "referrer_policy");
  refused({.referrer_policy = "no-referrer,"}, "referrer_policy");
  refused({.referrer_policy = "no-referer, origin"}, "referrer_policy");
  refused({.resource_policy = "none"}, "resource_policy");
  refused({.hsts_max_age = std::chrono::seconds{-1}}, "hsts_max_age");
}

TEST_CASE("what no field can carry is refused at the start") {
  refused({.content_security_policy = "default-src\r\nX: y"},
          "Content-Security-Policy");
  refused({.permissions_policy = " camera=()"}, "Permissions-Policy");
}
