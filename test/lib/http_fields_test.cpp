#include "lungo/http/fields.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace lungo;
using namespace std::literals;
using http::fields;

namespace {

using values = std::vector<std::string_view>;

/// The sentence with which the field is refused; empty if it is not.
std::string refusal(std::string_view name, std::string_view value) {
  auto checked = http::check_field(name, value);
  if (checked)
    return {};
  CHECK(checked.error().code == errc::invalid_value);
  return checked.error().message;
}

bool mentions(std::string_view sentence, std::string_view word) {
  return sentence.find(word) != sentence.npos;
}

} // namespace

TEST_CASE("a token is made of letters, digits and fifteen signs") {
  CHECK(http::is_token("X-Request-Id"));
  CHECK(http::is_token("azAZ09!#$%&'*+-.^_`|~"));
  CHECK_FALSE(http::is_token(""));
  std::string accepted;
  for (int octet = 0; octet < 256; ++octet)
    if (std::string one(1, static_cast<char>(octet)); http::is_token(one))
      accepted += one;
  CHECK(accepted.size() == 10 + 26 + 26 + 15);
  for (char c : "\"(),/:;<=>?@[\\]{} \t"sv)
    CHECK_FALSE(http::is_token(std::string{"a"} + c));
}

TEST_CASE("only ASCII letters compare without regard to case") {
  CHECK(http::iequals("Content-TYPE", "content-type"));
  CHECK(http::iequals("", ""));
  CHECK_FALSE(http::iequals("ab", "abc"));
  CHECK_FALSE(http::iequals("[", "{"));
  CHECK_FALSE(http::iequals("@", "`"));
  CHECK_FALSE(http::iequals("\xc4", "\xe4"));
}

TEST_CASE("blanks are taken from both ends and left within") {
  CHECK(http::trim_ows(" \ta \t b\t ") == "a \t b");
  CHECK(http::trim_ows(" \t ").empty());
  CHECK(http::trim_ows("").empty());
}

TEST_CASE("a value with a line end or a NUL is refused") {
  CHECK(mentions(refusal("X-A", "a\rb"), "line end"));
  CHECK(mentions(refusal("X-A", "a\nb"), "line end"));
  CHECK(mentions(refusal("X-A", "a\r\n"), "line end"));
  CHECK(mentions(refusal("X-A", "a\0b"sv), "NUL"));
}

TEST_CASE("of the control characters a value may hold the tab only") {
  std::string accepted;
  for (int octet = 0; octet < 256; ++octet) {
    auto c = static_cast<char>(octet);
    if (http::check_field("X-A", std::string{'a', c, 'b'}))
      accepted += c;
  }
  CHECK(accepted.size() == 256 - 33 + 1);
  CHECK(accepted.find('\t') == 0);
  CHECK(accepted.find('\x7f') == accepted.npos);
  CHECK(mentions(refusal("X-A", "a\x1b[1m"), "control character"));
}

TEST_CASE("octets beyond ASCII may stand in a value and not in a name") {
  CHECK(refusal("X-A", "caf\xc3\xa9").empty());
  CHECK(mentions(refusal("X-\xc3\xa9", "a"), "token"));
}

TEST_CASE("a value that begins or ends with a blank is refused as it is") {
  CHECK(mentions(refusal("X-A", " a"), "blank"));
  CHECK(mentions(refusal("X-A", "a\t"), "blank"));
  CHECK(refusal("X-A", "a b").empty());
  CHECK(refusal("X-A", "").empty());
}

TEST_CASE("a name that is no token is refused") {
  for (auto name : {"", "a b", "a:", "a\r\nSet-Cookie", " a"})
    CHECK(mentions(refusal(name, "x"), "token"));
}

TEST_CASE("a refusal names the field and holds no line end of it") {
  CHECK(mentions(refusal("X-Color", "a\nb"), "X-Color"));
  auto sentence = refusal("X-A\r\nEvil: 1", "x");
  CHECK(mentions(sentence, "X-A??Evil: 1"));
  CHECK(sentence.find_first_of("\r\n") == sentence.npos);
  CHECK(refusal(std::string(10'000, ' '), "x").size() < 200);
}

TEST_CASE("text is split at marks outside of quoted strings") {
  CHECK(http::split_unquoted("a ; b=\"1;2\";c", ';')
        == values{"a", "b=\"1;2\"", "c"});
  CHECK(http::split_unquoted(R"("a\";b";c)", ';') == values{R"("a\";b")", "c"});
  CHECK(http::split_unquoted("a,b", ';') == values{"a,b"});
}

TEST_CASE("text has one part more than it has marks") {
  CHECK(http::split_unquoted("", ',') == values{""});
  CHECK(http::split_unquoted("a,", ',') == values{"a", ""});
  CHECK(http::split_unquoted(", ,", ',') == values{"", "", ""});
}

TEST_CASE("a field is made without the blanks around its value") {
  auto made = http::make_field("X-A", "\t a b ");
  CHECK(made == http::field{"X-A", "a b"});
  CHECK_THROWS_AS(http::make_field("X-A", "a\n"), invalid_value);
  CHECK_THROWS_AS(http::make_field("X A", "a"), invalid_value);
}

TEST_CASE("fields stay in the order in which they were added") {
  fields some{{"B", "1"}, {"A", "2"}};
  some.add("b", "3").add("A", " 4 ");
  std::string seen;
  for (const auto& [name, value] : some)
    seen += name + value;
  CHECK(seen == "B1A2b3A4");
}

TEST_CASE("several fields of one name stay several") {
  fields some;
  some.add("Set-Cookie", "a=1").add("Vary", "Origin").add("set-cookie", "b=2");
  CHECK(some.size() == 3);
  CHECK(some.all("SET-COOKIE") == values{"a=1", "b=2"});
  CHECK(some.all("Link").empty());
}

TEST_CASE("get tells the first value, or that there is none") {
  fields some{{"X-A", "1"}, {"x-a", "2"}};
  CHECK(some.get("X-a") == "1");
  CHECK(some.get("X-B") == std::nullopt);
  CHECK(some.contains("x-A"));
  CHECK_FALSE(some.contains("X-"));
}

// RFC 9110, 5.6.1: a recipient parses and ignores empty elements.
TEST_CASE("the elements of lists are those of all fields of the name") {
  fields some{{"X-L", "a ,,\tb"}, {"X-Other", "c"}, {"x-l", "\"d,e\", a,"}};
  CHECK(some.elements("X-L") == values{"a", "b", "\"d,e\"", "a"});
  CHECK(some.elements("X-None").empty());
  CHECK(fields{{"X-L", " , "}}.elements("X-L").empty());
}

TEST_CASE("set puts one field in the place of the first of that name") {
  fields some{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}};
  some.set("a", " 6");
  CHECK(some == fields{{"a", "6"}, {"B", "2"}, {"C", "4"}});
}

TEST_CASE("set appends a field whose name is new") {
  fields some{{"A", "1"}};
  some.set("B", "2");
  CHECK(some == fields{{"A", "1"}, {"B", "2"}});
}

TEST_CASE("remove takes all fields of a name and counts them") {
  fields some{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  CHECK(some.remove("A") == 2);
  CHECK(some.remove("A") == 0);
  CHECK(some == fields{{"B", "2"}});
}

TEST_CASE("what no message can carry throws and changes nothing") {
  fields some{{"A", "1"}};
  CHECK_THROWS_AS(some.add("B", "x\r\ny"), invalid_value);
  CHECK_THROWS_AS(some.add("B C", "x"), invalid_value);
  CHECK_THROWS_AS(some.set("A", "x\0y"s), invalid_value);
  CHECK_THROWS_AS((fields{{"A", "1"}, {"B", "\n2\n"}}), invalid_value);
  CHECK(some == fields{{"A", "1"}});
}

TEST_CASE("the copy of fields shares nothing with the original") {
  fields original{{"A", "1"}};
  auto copy = original;
  copy.set("A", "2").add("B", "3");
  CHECK(original == fields{{"A", "1"}});
  CHECK_FALSE(original.empty());
  CHECK(fields{}.empty());
}

TEST_CASE("a token is found in the lists of all fields of a name") {
  fields some{{"Connection", "keep-alive, Upgrade"}, {"connection", "TE"}};
  CHECK(some.has_token("connection", "upgrade"));
  CHECK(some.has_token("Connection", "te"));
  CHECK(some.has_token("Connection", "Keep-Alive"));
  CHECK_FALSE(some.has_token("Connection", "keep"));
  CHECK_FALSE(some.has_token("Connection", "keep-alive, Upgrade"));
  CHECK_FALSE(some.has_token("Upgrade", "upgrade"));
}

TEST_CASE("a list may hold blanks and empty elements") {
  fields some{{"A", ",, \tx\t ,,y,"}};
  CHECK(some.has_token("A", "x"));
  CHECK(some.has_token("A", "y"));
  CHECK_FALSE(some.has_token("A", ""));
}

TEST_CASE("a comma in a quoted string parts no list") {
  fields some{{"A", R"(private="x, y\", z", last)"}};
  CHECK_FALSE(some.has_token("A", "y"));
  CHECK_FALSE(some.has_token("A", "z\""));
  CHECK(some.has_token("A", "last"));
}
