#include "lungo/http/message.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace lungo;
using http::method;
using http::status;

namespace {

std::optional<std::string> asked(std::string query, std::string_view name) {
  http::request some;
  some.query = std::move(query);
  return some.query_param(name);
}

constexpr method methods[] = {
  method::get,     method::head,    method::post,
  method::put,     method::delete_, method::connect,
  method::options, method::trace,   method::patch,
};

} // namespace

TEST_CASE("a method is found again by its name") {
  for (auto m : methods)
    CHECK(http::parse_method(http::to_string(m)) == m);
  CHECK(http::to_string(method::delete_) == "DELETE");
  CHECK(http::to_string(method::patch) == "PATCH");
}

TEST_CASE("a method's name counts its case and is never a part") {
  for (auto name : {"get", "Get", "GE", "GETS", "", "PROPFIND", "GET "})
    CHECK(http::parse_method(name) == std::nullopt);
}

TEST_CASE("a status of the registry has its phrase") {
  CHECK(http::reason_phrase(status::continue_) == "Continue");
  CHECK(http::reason_phrase(status::ok) == "OK");
  CHECK(http::reason_phrase(status::content_too_large) == "Content Too Large");
  CHECK(http::reason_phrase(status::fields_too_large)
        == "Request Header Fields Too Large");
  CHECK(http::reason_phrase(static_cast<status>(511))
        == "Network Authentication Required");
}

TEST_CASE("every named status has a phrase") {
  for (int code :
       {100, 101, 200, 201, 202, 204, 205, 206, 301, 302, 303, 304, 307, 308,
        400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415,
        416, 417, 422, 426, 429, 431, 500, 501, 502, 503, 504, 505}) {
    CAPTURE(code);
    CHECK_FALSE(http::reason_phrase(static_cast<status>(code)).empty());
  }
}

TEST_CASE("a status outside the registry has no phrase") {
  for (int code : {0, 99, 199, 306, 418, 599, 999})
    CHECK(http::reason_phrase(static_cast<status>(code)).empty());
}

TEST_CASE("a path parameter is found by its name") {
  http::request some;
  some.params = {{"id", "7"}, {"post", "a b"}};
  CHECK(some.param("id") == "7");
  CHECK(some.param("post") == "a b");
  CHECK(some.param("ID").empty());
  CHECK(http::request{}.param("id").empty());
}

TEST_CASE("the attribute noted last under a name counts") {
  http::request some;
  some.attributes = {{"user", "guest"}, {"role", "none"}, {"user", "ann"}};
  CHECK(some.attribute("user") == "ann");
  CHECK(some.attribute("role") == "none");
  CHECK(some.attribute("rol").empty());
}

TEST_CASE("the first value of a name in the query is given") {
  CHECK(asked("a=1&b=2&a=3", "a") == "1");
  CHECK(asked("a=1&b=2&a=3", "b") == "2");
  CHECK(asked("a=1", "A") == std::nullopt);
  CHECK(asked("", "a") == std::nullopt);
}

TEST_CASE("a name of the query without a value has the empty one") {
  CHECK(asked("a&b=", "a") == "");
  CHECK(asked("a&b=", "b") == "");
}

TEST_CASE("only the first equals sign parts a name from its value") {
  CHECK(asked("a=b=c", "a") == "b=c");
}

TEST_CASE("names and values of the query are decoded") {
  CHECK(asked("first+name=Ann%20Lee+II", "first name") == "Ann Lee II");
  CHECK(asked("a=1%2B1%3d2%26", "a") == "1+1=2&");
  CHECK(asked("caf%C3%A9=x", "caf\xc3\xa9") == "x");
}

TEST_CASE("what browsers leave unencoded in a query does no harm") {
  CHECK(asked("x[]={1|2}&a=1", "x[]") == "{1|2}");
  CHECK(asked("x[]={1|2}&a=1", "a") == "1");
}

TEST_CASE("a badly encoded part of the query is passed over") {
  CHECK(asked("a=%&a=%4&a=%zz&a=ok", "a") == "ok");
  CHECK(asked("%zz=1&b=2", "b") == "2");
  CHECK(asked("a=%", "a") == std::nullopt);
}

TEST_CASE("text and HTML say that they are UTF-8") {
  auto plain = http::text("hi");
  CHECK(plain.fields.all("Content-Type").size() == 1);
  CHECK(plain.fields.get("Content-Type") == "text/plain; charset=utf-8");
  CHECK(plain.body == "hi");
  CHECK(plain.status == status::ok);
  auto page = http::html("<p>", status::not_found);
  CHECK(page.fields.get("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body == "<p>");
  CHECK(page.status == status::not_found);
}

TEST_CASE("JSON is sent under its own type, which has no charset") {
  auto made = http::json("{}", status::created);
  CHECK(made.fields.get("Content-Type") == "application/json");
  CHECK(made.body == "{}");
  CHECK(made.status == status::created);
}

TEST_CASE("an empty response has neither fields nor body") {
  CHECK(http::empty() == http::response{status::no_content, {}, {}});
  CHECK(http::empty(status::accepted).status == status::accepted);
}

TEST_CASE("the response to an error has its status and its sentence") {
  error late{errc::request_timeout, "The head took too long."};
  auto made = http::error_response(late);
  CHECK(made.status == status::request_timeout);
  CHECK(made.body == "The head took too long.");
  CHECK(made.fields.get("Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("a response takes further fields in the sentence that makes it") {
  auto answer = http::text("hi").with("Link", "</a>").with("Link", "</b>");
  CHECK(answer.body == "hi");
  CHECK(answer.fields.all("Link").size() == 2);
  CHECK_THROWS_AS(http::text("hi").with("Link", "a\nb"), invalid_value);
}
