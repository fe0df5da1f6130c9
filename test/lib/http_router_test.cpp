#include "lungo/http/router.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace lungo;
using namespace std::literals;
using http::method;
using http::router;

namespace {

using methods = std::vector<method>;

/// A router with these patterns for GET, numbered from 0.
router with(std::initializer_list<std::string_view> patterns) {
  router made;
  for (auto pattern : patterns)
    REQUIRE(made.add(method::get, pattern).has_value());
  return made;
}

bool none(const router& in, std::string_view path, method m = method::get) {
  return std::holds_alternative<router::no_route>(in.find(m, path));
}

/// The number of the route, or -1 if no route was found.
int route(const router& in, std::string_view path, method m = method::get) {
  auto found = in.find(m, path);
  auto* match = std::get_if<router::match>(&found);
  return match ? static_cast<int>(match->route) : -1;
}

http::pairs params(const router& in, std::string_view path) {
  auto found = in.find(method::get, path);
  auto* match = std::get_if<router::match>(&found);
  REQUIRE(match);
  return match->params;
}

/// What `Allow` would say; nothing unless the method was the fault.
methods allowed(const router& in, std::string_view path, method m) {
  auto found = in.find(m, path);
  auto* wrong = std::get_if<router::wrong_method>(&found);
  return wrong ? wrong->allowed : methods{};
}

error refusal(router& to, std::string_view pattern, method m = method::get) {
  auto added = to.add(m, pattern);
  REQUIRE_FALSE(added.has_value());
  return added.error();
}

bool mentions(std::string_view sentence, std::string_view word) {
  return sentence.find(word) != sentence.npos;
}

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += text;
  return out;
}

} // namespace

TEST_CASE("routes are numbered from 0 in the order of their addition") {
  router some;
  CHECK(some.add(method::get, "/a").value() == 0);
  CHECK(some.add(method::post, "/a").value() == 1);
  CHECK(some.add(method::get, "/b").value() == 2);
  CHECK(route(some, "/a", method::post) == 1);
  CHECK(route(some, "/b") == 2);
}

TEST_CASE("a refused route gets no number and changes nothing") {
  auto some = with({"/a/:x"});
  CHECK(refusal(some, "b").code == errc::invalid_value);
  CHECK(refusal(some, "/a/:y").code == errc::ambiguous_route);
  CHECK(refusal(some, "/new/:x/:x").code == errc::invalid_value);
  CHECK(some.add(method::get, "/b").value() == 1);
  CHECK(params(some, "/a/1") == http::pairs{{"x", "1"}});
  CHECK(none(some, "/new"));
}

TEST_CASE("a literal path matches itself only") {
  auto some = with({"/", "/a", "/a/b"});
  CHECK(route(some, "/") == 0);
  CHECK(route(some, "/a") == 1);
  CHECK(route(some, "/a/b") == 2);
  for (auto path : {"/b", "/A", "/a/b/c", "/ab", "/a/c", "//a", "/a//b"}) {
    CAPTURE(path);
    CHECK(none(some, path));
  }
}

TEST_CASE("a trailing slash is a segment of its own") {
  auto some = with({"/a", "/b/"});
  CHECK(none(some, "/a/"));
  CHECK(none(some, "/b"));
  CHECK(route(some, "/b/") == 1);
  REQUIRE(some.add(method::get, "/a/").has_value());
  CHECK(route(some, "/a/") == 2);
}

TEST_CASE("parameters are given by name, in the order of the pattern") {
  auto some = with({"/users/:id/posts/:post"});
  CHECK(params(some, "/users/1/posts/2")
        == http::pairs{{"id", "1"}, {"post", "2"}});
}

TEST_CASE("parameters are percent-decoded") {
  auto some = with({"/users/:id/posts/:post"});
  CHECK(params(some, "/users/a%20b/posts/caf%C3%a9+1")
        == http::pairs{{"id", "a b"}, {"post", "caf\xc3\xa9+1"}});
}

TEST_CASE("an encoded slash parts no segments and is a slash in the value") {
  auto some = with({"/files/:name", "/files/:dir/:name"});
  CHECK(route(some, "/files/a%2Fb") == 0);
  CHECK(params(some, "/files/a%2fb") == http::pairs{{"name", "a/b"}});
}

TEST_CASE("a named parameter is never empty") {
  auto some = with({"/a/:x", "/b/:x/c"});
  CHECK(none(some, "/a/"));
  CHECK(none(some, "/b//c"));
  CHECK(none(some, "/a"));
}

TEST_CASE("a star is one segment, also an empty one, and has no name") {
  auto some = with({"/a/*", "/b/*/c"});
  CHECK(route(some, "/a/x") == 0);
  CHECK(route(some, "/a/") == 0);
  CHECK(route(some, "/b//c") == 1);
  CHECK(params(some, "/b/x/c").empty());
  CHECK(none(some, "/a"));
  CHECK(none(some, "/a/x/y"));
}

TEST_CASE("two stars take all that is left, with its slashes") {
  auto some = with({"/files/**"});
  CHECK(params(some, "/files/a") == http::pairs{{"**", "a"}});
  CHECK(params(some, "/files/a/b//c/") == http::pairs{{"**", "a/b//c/"}});
  CHECK(params(some, "/files/a%20b/c%2Fd") == http::pairs{{"**", "a b/c/d"}});
}

TEST_CASE("two stars match nothing too, as an empty parameter") {
  auto some = with({"/files/**", "/:user/files/**"});
  CHECK(params(some, "/files") == http::pairs{{"**", ""}});
  CHECK(params(some, "/files/") == http::pairs{{"**", ""}});
  CHECK(params(some, "/ann/files") == http::pairs{{"user", "ann"}, {"**", ""}});
  CHECK(params(some, "/a%6En/files")
        == http::pairs{{"user", "ann"}, {"**", ""}});
  CHECK(params(with({"/**"}), "/") == http::pairs{{"**", ""}});
}

TEST_CASE("literals win over names, those over stars, those over two stars") {
  auto some = with({"/a/**", "/a/*", "/a/:x", "/a/b"});
  CHECK(route(some, "/a/b") == 3);
  CHECK(route(some, "/a/c") == 2);
  CHECK(route(some, "/a/") == 1);
  CHECK(route(some, "/a/b/c") == 0);
  CHECK(route(some, "/a") == 0);
}

TEST_CASE("the exact end wins over two stars that match nothing") {
  CHECK(route(with({"/a/**", "/a"}), "/a") == 1);
}

TEST_CASE("a better branch that leads nowhere is left again") {
  auto some = with({"/a/b/x", "/a/:p/y", "/a/*/z", "/:p/b/w", "/**"});
  CHECK(route(some, "/a/b/x") == 0);
  CHECK(route(some, "/a/b/y") == 1);
  CHECK(route(some, "/a/b/z") == 2);
  CHECK(route(some, "/a/b/w") == 3);
  CHECK(route(some, "/a/b/v") == 4);
}

TEST_CASE("nothing of a branch that was left stays in the parameters") {
  auto some = with({"/:a/:b/x", "/:c/*/y", "/**"});
  CHECK(params(some, "/1/2/y") == http::pairs{{"c", "1"}});
  CHECK(params(some, "/1/2/z") == http::pairs{{"**", "1/2/z"}});
}

TEST_CASE("a better branch without the method is left again") {
  router some;
  REQUIRE(some.add(method::post, "/users/new").has_value());
  REQUIRE(some.add(method::get, "/users/:id").has_value());
  CHECK(route(some, "/users/new", method::post) == 0);
  CHECK(route(some, "/users/new", method::get) == 1);
  CHECK(params(some, "/users/new") == http::pairs{{"id", "new"}});
}

TEST_CASE("a known path with a wrong method tells the methods it has") {
  router some;
  REQUIRE(some.add(method::put, "/a").has_value());
  REQUIRE(some.add(method::get, "/a").has_value());
  CHECK(allowed(some, "/a", method::delete_)
        == methods{method::get, method::head, method::put, method::options});
  CHECK(allowed(some, "/a", method::options)
        == methods{method::get, method::head, method::put, method::options});
}

TEST_CASE("without GET there is no HEAD among the methods") {
  router some;
  REQUIRE(some.add(method::post, "/a").has_value());
  CHECK(allowed(some, "/a", method::get)
        == methods{method::post, method::options});
  CHECK(allowed(some, "/a", method::head)
        == methods{method::post, method::options});
}

TEST_CASE("the methods of every matching route are told, each once") {
  router some;
  REQUIRE(some.add(method::post, "/a/b").has_value());
  REQUIRE(some.add(method::put, "/a/:x").has_value());
  REQUIRE(some.add(method::post, "/a/*").has_value());
  REQUIRE(some.add(method::patch, "/**").has_value());
  REQUIRE(some.add(method::delete_, "/a/c").has_value());
  REQUIRE(some.add(method::options, "/*/b").has_value());
  CHECK(allowed(some, "/a/b", method::get)
        == methods{method::post, method::put, method::options, method::patch});
}

TEST_CASE("OPTIONS may have a route of its own") {
  router some;
  REQUIRE(some.add(method::get, "/a").has_value());
  REQUIRE(some.add(method::options, "/a").has_value());
  CHECK(route(some, "/a", method::options) == 1);
}

TEST_CASE("an unknown path has no route, whatever the method") {
  auto some = with({"/a"});
  CHECK(none(some, "/b", method::get));
  CHECK(none(some, "/b", method::options));
  CHECK(none(router{}, "/"));
}

TEST_CASE("HEAD falls back to GET") {
  router some;
  REQUIRE(some.add(method::get, "/a").has_value());
  REQUIRE(some.add(method::get, "/b").has_value());
  REQUIRE(some.add(method::head, "/b").has_value());
  CHECK(route(some, "/a", method::head) == 0);
  CHECK(route(some, "/b", method::head) == 2);
}

TEST_CASE("HEAD asks the better route for GET before a lesser one for HEAD") {
  router some;
  REQUIRE(some.add(method::get, "/a").has_value());
  REQUIRE(some.add(method::head, "/:x").has_value());
  CHECK(route(some, "/a", method::head) == 0);
}

TEST_CASE("parameter names belong to the route, not to the place") {
  router some;
  REQUIRE(some.add(method::get, "/a/:x").has_value());
  REQUIRE(some.add(method::post, "/a/:y").has_value());
  REQUIRE(some.add(method::get, "/a/:z/b").has_value());
  CHECK(params(some, "/a/1") == http::pairs{{"x", "1"}});
  CHECK(params(some, "/a/1/b") == http::pairs{{"z", "1"}});
  auto posted = some.find(method::post, "/a/1");
  CHECK(std::get<router::match>(posted).params == http::pairs{{"y", "1"}});
}

TEST_CASE("routes that differ in a parameter's name only are ambiguous") {
  auto some = with({"/a/:x/b"});
  auto why = refusal(some, "/a/:y/b");
  CHECK(why.code == errc::ambiguous_route);
  CHECK(mentions(why.message, "'/a/:x/b'"));
  CHECK(mentions(why.message, "'/a/:y/b'"));
  CHECK(mentions(why.message, "GET"));
}

TEST_CASE("the same route twice is ambiguous, however it is spelled") {
  for (auto pattern : {"/", "/a", "/*", "/a/**"}) {
    auto some = with({pattern});
    CHECK(refusal(some, pattern).code == errc::ambiguous_route);
  }
  auto some = with({"/a b"});
  CHECK(refusal(some, "/a%20b").code == errc::ambiguous_route);
}

TEST_CASE("routes that some request tells apart are not ambiguous") {
  auto some = with({"/a", "/a/", "/:x", "/*", "/**", "/a/:x", "/:x/a"});
  CHECK(some.add(method::post, "/a").has_value());
}

TEST_CASE("literals are decoded on both sides before they are compared") {
  auto some = with({"/caf\xc3\xa9", "/a%20b", "/x"});
  CHECK(route(some, "/caf%C3%A9") == 0);
  CHECK(route(some, "/caf\xc3\xa9") == 0);
  CHECK(route(some, "/a%20b") == 1);
  CHECK(route(some, "/%78") == 2);
  CHECK(none(some, "/a+b"));
}

TEST_CASE("an encoded sign in a pattern has lost its meaning") {
  auto some = with({"/%3Aid", "/%2A", "/a:b"});
  CHECK(route(some, "/:id") == 0);
  CHECK(route(some, "/*") == 1);
  CHECK(route(some, "/a:b") == 2);
  CHECK(none(some, "/7"));
}

TEST_CASE("a malformed pattern is refused with the pattern and what to do") {
  struct {
    std::string_view pattern, advice;
  } const cases[] = {
    {"", "starts with '/'"},
    {"a", "starts with '/'"},
    {"*", "starts with '/'"},
    {"/:", "letters"},
    {"/:id?", "letters"},
    {"/:a.b", "letters"},
    {"/**/a", "at the end"},
    {"/**/", "at the end"},
    {"/a*", "'%2A'"},
    {"/***", "'%2A'"},
    {"/a?b=1", "query_param"},
    {"/a#b", "'#'"},
    {"/%", "'%25'"},
    {"/%4", "'%25'"},
    {"/%zz", "'%25'"},
    {"/a/../b", "'..'"},
    {"/.", "'.'"},
    {"/%2e%2E", "'..'"},
    {"/a%00", "NUL"},
    {"/:a/:a", "rename"},
  };
  router some;
  for (const auto& one : cases) {
    CAPTURE(one.pattern);
    auto why = refusal(some, one.pattern);
    CHECK(why.code == errc::invalid_value);
    CHECK(mentions(why.message, "'" + std::string{one.pattern} + "'"));
    CHECK(mentions(why.message, one.advice));
  }
}

TEST_CASE("a path that does not start with a slash has no route") {
  auto some = with({"/**", "/a"});
  for (auto path : {"", "a", "*", "http://h/a"})
    CHECK(none(some, path));
}

TEST_CASE("a badly encoded path has no route, wherever the fault is") {
  auto some = with({"/**", "/a", "/:x/b"});
  for (auto path : {"/%", "/a/%4", "/%zz/b", "/a/b/c/%G0", "/a%"}) {
    CAPTURE(path);
    CHECK(none(some, path));
  }
}

TEST_CASE("a path with a NUL has no route") {
  auto some = with({"/**", "/:x"});
  CHECK(none(some, "/%00"));
  CHECK(none(some, "/a%00.txt"));
  CHECK(none(some, "/a\0b"sv));
}

TEST_CASE("a path with a dot segment has no route, and is not resolved") {
  auto some = with({"/**", "/:x", "/a", "/*/a", "/:x/:y"});
  for (auto path : {"/.", "/..", "/./a", "/b/../a", "/%2e", "/%2E%2e/a",
                    "/.%2e", "/a/..", "/a/.", "/b/%2e%2e/%2e%2e/a"}) {
    CAPTURE(path);
    CHECK(none(some, path));
  }
}

TEST_CASE("dots beside an encoded slash are a dot segment too") {
  auto some = with({"/**", "/:x"});
  for (auto path : {"/..%2fetc", "/a%2F..", "/a%2f%2e%2E%2fb", "/.%2f"}) {
    CAPTURE(path);
    CHECK(none(some, path));
  }
}

TEST_CASE("dots within a name are no dot segment") {
  auto some = with({"/:x"});
  for (auto name : {"...", ".a", "a..", "a..b", "..a", ".well-known"})
    CHECK(params(some, "/"s + name) == http::pairs{{"x", name}});
}

TEST_CASE("a path of more segments than any route is searched in full") {
  auto some = with({"/a/**"});
  auto rest = times(4'000, "/b").substr(1);
  CHECK(params(some, "/a/" + rest) == http::pairs{{"**", rest}});
  CHECK(none(some, times(4'000, "/b")));
}

// At each place of the path a name, a star or a literal may go on, and all of
// them end alike. A search that tried the common ends once per way to reach
// them would visit 2^48 places and more; the tree has some ten thousand.
TEST_CASE("going back costs no more than there are patterns") {
  constexpr std::size_t depth = 48;
  router some;
  std::string names;
  for (std::size_t i = 0; i < depth; ++i) {
    for (std::size_t j = i + 1; j <= depth; ++j)
      for (auto odd : {"/a"s, "/*"s}) {
        auto pattern = names + odd + times(j - i - 1, "/*")
                       + times(depth - j, "/a") + "/end";
        REQUIRE(some.add(method::get, pattern).has_value());
      }
    names += "/:p" + std::to_string(i);
  }
  auto last = some.add(method::post, times(depth, "/*") + "/end");
  REQUIRE(last.has_value());
  auto path = times(depth, "/a");
  CHECK(none(some, path + "/nope"));
  CHECK(route(some, path + "/end") == 0);
  CHECK(route(some, path + "/end", method::post)
        == static_cast<int>(last.value()));
  CHECK(allowed(some, path + "/end", method::put)
        == methods{method::get, method::head, method::post, method::options});
}

TEST_CASE("a router that was moved keeps its routes") {
  auto some = with({"/a/:x"});
  auto other = std::move(some);
  CHECK(params(other, "/a/1") == http::pairs{{"x", "1"}});
  router third;
  third = std::move(other);
  CHECK(third.add(method::get, "/b").value() == 1);
}
