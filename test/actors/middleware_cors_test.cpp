#include "lungo/middleware/cors.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>

using namespace lungo;
using http::fields;
using http::method;
using http::status;

namespace {

const cors everybody{.origins = {"*"}};
const cors two_pages{.origins = {"https://a.example", "http://b.example:81"}};

std::shared_ptr<http::request> ask(method m, fields sent = {}) {
  auto made = std::make_shared<http::request>();
  made->method = m;
  made->fields = std::move(sent);
  return made;
}

fields preflight_of(const std::string& origin) {
  return {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}};
}

http::response preflight(const cors& rules, const std::string& origin) {
  auto said = enter(rules, *ask(method::options, preflight_of(origin)));
  return std::get<http::replace>(said).response;
}

/// What becomes of the prepared fields `present` of the answer to `sent`.
fields reviewed(const cors& rules, fields sent, fields present = {}) {
  http::exchange x;
  x.request = ask(method::get, std::move(sent));
  x.response.fields = std::move(present);
  auto said = review(rules, x);
  std::get<http::amend>(said).apply_to(x.response.fields);
  return x.response.fields;
}

const fields permission_for_all{
  {"Access-Control-Allow-Origin", "*"},
  {"Access-Control-Allow-Methods", "GET, POST, OPTIONS"}};

void refused(const cors& rules, std::string_view because) {
  INFO(because);
  std::string why;
  try {
    middleware made = rules;
  } catch (const invalid_value& e) {
    why = e.what();
  }
  CHECK(why.find("cors: ") == 0);
  CHECK(why.find(because) != why.npos);
}

} // namespace

TEST_CASE("cors takes part in both phases") {
  middleware made = everybody;
  CHECK(made.name == "cors");
  CHECK(made.phases.enter);
  CHECK(made.phases.review);
}

TEST_CASE("for everybody, the permission is on the answer, asked for or not") {
  CHECK(reviewed(everybody, {}) == permission_for_all);
  CHECK(reviewed(everybody, {{"Origin", "https://x"}}) == permission_for_all);
  CHECK(reviewed(everybody, {{"Origin", "null"}}) == permission_for_all);
}

TEST_CASE("the permission goes on refusals and keeps status and upgrade") {
  http::exchange x;
  x.request = ask(method::get);
  x.response = http::text("no", status::unauthorized);
  CHECK(std::holds_alternative<http::amend>(review(everybody, x)));
}

TEST_CASE("of exact origins the one that asks is named") {
  auto answer = reviewed(two_pages, {{"Origin", "http://b.example:81"}});
  CHECK(answer
        == fields{{"Vary", "Origin"},
                  {"Access-Control-Allow-Origin", "http://b.example:81"},
                  {"Access-Control-Allow-Methods", "GET, POST, OPTIONS"}});
}

TEST_CASE("a foreign or absent origin gets no permission, but Vary: Origin") {
  const fields vary_only{{"Vary", "Origin"}};
  CHECK(reviewed(two_pages, {}) == vary_only);
  for (auto* origin :
       {"https://evil.example", "http://a.example", "https://a.example:444",
        "https://a.example.evil.example", "https://A.example",
        "https://a.example/", "null", ""}) {
    INFO(origin);
    CHECK(reviewed(two_pages, {{"Origin", origin}}) == vary_only);
  }
}

TEST_CASE("null is allowed where it is listed") {
  const cors files{.origins = {"null"}};
  auto answer = reviewed(files, {{"Origin", "null"}});
  CHECK(answer.get("Access-Control-Allow-Origin") == "null");
}

TEST_CASE("of several Origin fields none is believed") {
  auto answer = reviewed(two_pages, {{"Origin", "https://a.example"},
                                     {"Origin", "https://evil.example"}});
  CHECK(answer == fields{{"Vary", "Origin"}});
}

TEST_CASE("a Vary that is there is kept, and Origin named once") {
  using names = std::vector<std::string_view>;
  auto beside = reviewed(two_pages, {}, {{"Vary", "Accept"}});
  CHECK(beside.all("Vary") == names{"Accept", "Origin"});
  auto named = reviewed(two_pages, {}, {{"Vary", "Accept, origin"}});
  CHECK(named.all("Vary") == names{"Accept, origin"});
  auto untouched = reviewed(everybody, {}, {{"Vary", "Accept"}});
  CHECK(untouched.all("Vary") == names{"Accept"});
}

TEST_CASE("a permission from inside is overwritten, or removed") {
  const fields inside{{"Access-Control-Allow-Origin", "*"},
                      {"access-control-allow-credentials", "true"},
                      {"Access-Control-Allow-Methods", "DELETE"},
                      {"X-Other", "1"}};
  CHECK(reviewed(two_pages, {}, inside)
        == fields{{"X-Other", "1"}, {"Vary", "Origin"}});
  auto answer = reviewed(two_pages, {{"Origin", "https://a.example"}}, inside);
  CHECK(answer.all("Access-Control-Allow-Origin").size() == 1);
  CHECK(answer.get("Access-Control-Allow-Origin") == "https://a.example");
  CHECK_FALSE(answer.contains("Access-Control-Allow-Credentials"));
}

TEST_CASE("credentials and exposed fields are told to those allowed only") {
  cors rules = two_pages;
  rules.credentials = true;
  rules.exposed_headers = {"X-A", "X-B"};
  auto answer = reviewed(rules, {{"Origin", "https://a.example"}});
  CHECK(answer.get("Access-Control-Allow-Credentials") == "true");
  CHECK(answer.get("Access-Control-Expose-Headers") == "X-A, X-B");
  CHECK(reviewed(rules, {{"Origin", "https://evil.example"}})
        == fields{{"Vary", "Origin"}});
}

TEST_CASE("a preflight is answered whole, with 204 and no body") {
  CHECK(preflight(everybody, "https://x")
        == http::response{
          status::no_content,
          {{"Access-Control-Allow-Origin", "*"},
           {"Access-Control-Allow-Methods", "GET, POST, OPTIONS"},
           {"Access-Control-Allow-Headers",
            "last-event-id, content-type, authorization, cache-control"},
           {"Access-Control-Max-Age", "600"}},
          ""});
}

TEST_CASE("a preflight of an exact origin tells of credentials and Vary") {
  cors rules = two_pages;
  rules.credentials = true;
  rules.methods = {method::put, method::delete_};
  rules.request_headers = {};
  rules.max_age = std::chrono::hours{1};
  CHECK(preflight(rules, "https://a.example").fields
        == fields{{"Vary", "Origin"},
                  {"Access-Control-Allow-Origin", "https://a.example"},
                  {"Access-Control-Allow-Methods", "PUT, DELETE"},
                  {"Access-Control-Allow-Credentials", "true"},
                  {"Access-Control-Max-Age", "3600"}});
}

TEST_CASE("a preflight of a foreign origin is 204 without any permission") {
  for (auto* origin : {"https://evil.example", "null"})
    CHECK(preflight(two_pages, origin)
          == http::response{status::no_content, {{"Vary", "Origin"}}, ""});
}

TEST_CASE("what is no preflight goes on to the handler") {
  auto approved = [](method m, fields sent) {
    auto said = enter(everybody, *ask(m, std::move(sent)));
    return std::holds_alternative<http::approve>(said);
  };
  CHECK(approved(method::options, {}));
  CHECK(approved(method::options, {{"Origin", "https://x"}}));
  CHECK(approved(method::options, {{"Access-Control-Request-Method", "GET"}}));
  CHECK(approved(method::get, preflight_of("https://x")));
}

TEST_CASE("an origin that no browser sends is refused at the start") {
  refused({.origins = {}}, "nobody");
  refused({.origins = {""}}, "no origin");
  refused({.origins = {"a.example"}}, "no origin");
  refused({.origins = {"file:///tmp"}}, "no origin");
  refused({.origins = {"https://a b"}}, "no origin");
  refused({.origins = {"https://*.example"}}, "pattern");
  for (auto* origin :
       {"https://a.example/", "https://a.example:443", "HTTPS://a.example",
        "https://A.example", "https://u@a.example", "https://a.example?q",
        "https://a.example#f", "https://a.example/path",
        "https://a.example:0443"})
    refused({.origins = {origin}}, "write 'https://a.example'");
  refused({.origins = {"http://a.example:80"}}, "write 'http://a.example'");
}

TEST_CASE("origins as browsers write them are taken") {
  for (auto* origin :
       {"https://a.example", "http://localhost:8080", "http://127.0.0.1:3000",
        "http://[::1]:3000", "http://a.example:443", "chrome-extension://abc",
        "null"}) {
    INFO(origin);
    CHECK_NOTHROW([&] { middleware made = cors{.origins = {origin}}; }());
  }
}

TEST_CASE("everybody stands alone, and gets no credentials") {
  refused({.origins = {"*", "https://a"}}, "everybody");
  refused({.origins = {"*"}, .credentials = true}, "credentials");
  refused({.origins = {"null"}, .credentials = true}, "credentials");
  refused(
    {.origins = {"https://a"}, .request_headers = {"*"}, .credentials = true},
    "credentials");
  refused(
    {.origins = {"https://a"}, .exposed_headers = {"*"}, .credentials = true},
    "credentials");
}

TEST_CASE("options that no field can carry are refused at the start") {
  refused({.origins = {"*"}, .methods = {}}, "method");
  refused({.origins = {"*"}, .request_headers = {"a b"}}, "'a b'");
  refused({.origins = {"*"}, .exposed_headers = {""}}, "no name");
  refused({.origins = {"*"}, .max_age = std::chrono::seconds{-1}}, "max_age");
}
