#include "lungo/handshake/extension.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace lungo;

namespace {

/// What was understood, in the one form in which it is written plainly; `-` if
/// nothing was.
std::string told(std::initializer_list<const char*> values) {
  http::fields fields;
  for (const auto* each : values)
    fields.add("Sec-WebSocket-Extensions", each);
  const auto offered = handshake::parse_extensions(fields);
  if (!offered)
    return "-";
  std::string out;
  for (auto& each : *offered) {
    out += out.empty() ? "" : ", ";
    out += each.name;
    for (auto& [name, value] : each.params) {
      out.append("; ").append(name);
      if (value)
        out.append("=").append(*value);
    }
  }
  return out;
}

} // namespace

TEST_CASE("without fields no extension is offered") {
  CHECK(told({}).empty());
}

TEST_CASE("extensions of several fields are one list, in order") {
  CHECK(told({"a; b; c=1 , d", "a;e=2;e=3"}) == "a; b; c=1, d, a; e=2; e=3");
}

TEST_CASE("blanks may stand around each word, and empty elements are ignored") {
  CHECK(told({" a\t;b = 1 ,, d ,"}) == "a; b=1, d");
}

// RFC 6455, 9.1: behind its quotes a value is a token all the same.
TEST_CASE("a quoted value is the token in it") {
  CHECK(told({R"(a; b="1"; c="x\y")"}) == "a; b=1; c=xy");
  for (auto value : {R"("")", R"("1,2")", R"("1;2")", R"("a b")", R"("a\"b")",
                     R"("a=b")", R"("a"b")", R"("a)", R"(a")", R"("a\")"}) {
    INFO(value);
    CHECK(told({(std::string{"x; y="} + value).c_str()}) == "-");
  }
}

TEST_CASE("what is no list of extensions is malformed, as a whole") {
  for (auto value :
       {";", "a;", "a;;b", ";b", "a; =1", "a; b=", "a; b=1=2", "a b", "a=1",
        "a; b c", "a, b/c", "(a)", "\"a\"", "a; \"b\""}) {
    INFO(value);
    CHECK(told({value}) == "-");
    CHECK(told({"fine", value}) == "-");
  }
}

// RFC 6455, 9.1: a list has one element or more.
TEST_CASE("a field that offers nothing is malformed") {
  for (auto value : {"", " ", ",", " , ,"})
    CHECK(told({value}) == "-");
}
