#include "lungo/middleware/bearer_auth.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <variant>

using namespace lungo;
using http::fields;
using http::status;

namespace {

token_check two_users() {
  return static_tokens(
    {{"User-1==", {"ann", {"read"}}}, {"Admin-1", {"bob", {"read", "admin"}}}});
}

const bearer_auth any_user{.check = two_users(), .realm = "kitchen"};
const bearer_auth admins{
  .check = two_users(), .realm = "kitchen", .scope = "admin read"};

http::verdict judge(const bearer_auth& rules, fields sent) {
  http::request request;
  request.fields = std::move(sent);
  return enter(rules, request);
}

http::verdict judge(const bearer_auth& rules, const char* authorization) {
  return judge(rules, fields{{"Authorization", authorization}});
}

/// Whom the verdict lets in; empty if it refuses.
std::string let_in(const http::verdict& said) {
  auto* changes = std::get_if<http::amend>(&said);
  if (!changes)
    return {};
  REQUIRE(changes->attributes().size() == 1);
  CHECK(changes->attributes()[0].first == "subject");
  CHECK(changes->edits().empty());
  return changes->attributes()[0].second;
}

void check_refusal(const http::verdict& said, status code,
                   const std::string& challenge) {
  REQUIRE(std::holds_alternative<http::replace>(said));
  auto& answer = std::get<http::replace>(said).response;
  CHECK(answer.status == code);
  CHECK(answer.fields.all("WWW-Authenticate").size() == 1);
  CHECK(answer.fields.get("WWW-Authenticate") == challenge);
  CHECK_FALSE(answer.body.empty());
}

void refused(const bearer_auth& rules, std::string_view because) {
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

TEST_CASE("bearer_auth takes part in enter only") {
  middleware made = any_user;
  CHECK(made.name == "bearer_auth");
  CHECK(made.phases.enter);
  CHECK_FALSE(made.phases.review);
}

TEST_CASE("a valid token lets in, and notes its subject") {
  CHECK(let_in(judge(any_user, "Bearer User-1==")) == "ann");
  CHECK(let_in(judge(any_user, "Bearer Admin-1")) == "bob");
}

TEST_CASE("the scheme compares without case, the token with it") {
  CHECK(let_in(judge(any_user, "bEARER Admin-1")) == "bob");
  CHECK(let_in(judge(any_user, "Bearer   Admin-1")) == "bob");
  check_refusal(judge(any_user, "Bearer admin-1"), status::unauthorized,
                R"(Bearer realm="kitchen", error="invalid_token")");
}

TEST_CASE("without bearer credentials the challenge names no error") {
  const std::string bare = R"(Bearer realm="kitchen")";
  check_refusal(judge(any_user, fields{}), status::unauthorized, bare);
  for (auto* other : {"Basic QTpC", "InvalidToken", "Bearerx Admin-1", ""}) {
    INFO(other);
    check_refusal(judge(any_user, other), status::unauthorized, bare);
  }
}

TEST_CASE("a token of nobody is invalid_token") {
  for (auto* token : {"Bearer InvalidToken", "Bearer User-1", "Bearer User-1=",
                      "Bearer User-1===", "Bearer Admin-12"}) {
    INFO(token);
    check_refusal(judge(any_user, token), status::unauthorized,
                  R"(Bearer realm="kitchen", error="invalid_token")");
  }
}

TEST_CASE("a malformed request is invalid_request") {
  const std::string challenge
    = R"(Bearer realm="kitchen", error="invalid_request")";
  for (auto* bad : {"Bearer", "Bearer =", "Bearer a=b", "Bearer a b",
                    "Bearer Admin-1, Bearer Admin-1", "Bearer \"Admin-1\"",
                    "Bearer \xc3\xa9"}) {
    INFO(bad);
    check_refusal(judge(any_user, bad), status::bad_request, challenge);
  }
  check_refusal(judge(any_user, fields{{"Authorization", "Bearer Admin-1"},
                                       {"authorization", "Bearer Admin-1"}}),
                status::bad_request, challenge);
}

TEST_CASE("a valid token without each scope is insufficient_scope") {
  CHECK(let_in(judge(admins, "Bearer Admin-1")) == "bob");
  check_refusal(judge(admins, "Bearer User-1=="), status::forbidden,
                "Bearer realm=\"kitchen\", error=\"insufficient_scope\", "
                "scope=\"admin read\"");
}

TEST_CASE("a scope is compared whole and with case") {
  bearer_auth rules = any_user;
  for (auto* near : {"adm", "admins", "Admin"}) {
    rules.scope = near;
    CHECK(
      std::holds_alternative<http::replace>(judge(rules, "Bearer Admin-1")));
  }
}

TEST_CASE("a token in the query is not looked at") {
  http::request request;
  request.target = "/?access_token=Admin-1";
  request.query = "access_token=Admin-1";
  check_refusal(enter(any_user, request), status::unauthorized,
                R"(Bearer realm="kitchen")");
}

TEST_CASE("check is asked for well-formed tokens only, and as they were sent") {
  std::vector<std::string> asked;
  const bearer_auth rules{.check = [&](std::string_view token) {
    asked.emplace_back(token);
    return std::optional<principal>{};
  }};
  judge(rules, fields{});
  judge(rules, "Bearer a b");
  judge(rules, "Basic abc");
  judge(rules, "Bearer aZ09-._~+/==");
  CHECK(asked == std::vector<std::string>{"aZ09-._~+/=="});
}

TEST_CASE("what check throws is not swallowed") {
  const bearer_auth rules{.check
                          = [](std::string_view) -> std::optional<principal> {
    throw std::runtime_error{"no database"};
  }};
  CHECK_THROWS_AS(judge(rules, "Bearer a"), std::runtime_error);
}

TEST_CASE("the realm is quoted") {
  bearer_auth rules = any_user;
  rules.realm = "a \"b\\c\"";
  CHECK_NOTHROW([&] { middleware made = rules; }());
  check_refusal(judge(rules, fields{}), status::unauthorized,
                R"(Bearer realm="a \"b\\c\"")");
}

TEST_CASE("options that make no challenge are refused at the start") {
  refused({}, "check");
  refused({.check = two_users(), .realm = ""}, "realm");
  refused({.check = two_users(), .realm = "a\r\nb"}, "line end");
  for (auto* scope : {" ", "a ", " a", "a  b", "a\tb", "a\"b", "a\\b"})
    refused({.check = two_users(), .scope = scope}, "scope");
}

TEST_CASE("a fixed list knows its tokens, whole, and no others") {
  auto check = two_users();
  REQUIRE(check("User-1=="));
  CHECK(check("User-1==")->subject == "ann");
  CHECK(check("Admin-1")->scopes == std::vector<std::string>{"read", "admin"});
  for (auto* other :
       {"", "A", "Admin-", "Admin-2", "Admin-1Admin-1", "admin-1"})
    CHECK_FALSE(check(other));
  CHECK_FALSE(static_tokens({})("a"));
}

TEST_CASE("a list with a token that cannot be sent, or twice, is refused") {
  CHECK_THROWS_AS(static_tokens({{"", {"ann"}}}), invalid_value);
  CHECK_THROWS_AS(static_tokens({{"a b", {"ann"}}}), invalid_value);
  CHECK_THROWS_AS(static_tokens({{"a", {"ann"}}, {"b", {}}, {"a", {"bob"}}}),
                  invalid_value);
}
