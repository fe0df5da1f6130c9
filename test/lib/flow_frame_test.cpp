#include "lungo/flow/frame.hpp"

#include <doctest/doctest.h>

using lungo::flow::frame;

TEST_CASE("the coded form of a payload is that payload with what is around") {
  frame one{"<", "text", ">", "a key", true};
  CHECK(one.plain() == "text");
  CHECK(one.coded() == "<text>");
  CHECK(one.key() == "a key");
  CHECK(one.resumable());
}

TEST_CASE("a frame may have two forms with nothing in common") {
  frame one{"as it is", "squeezed", "a key"};
  CHECK(one.plain() == "as it is");
  CHECK(one.coded() == "squeezed");
  CHECK(one.key() == "a key");
  CHECK_FALSE(one.resumable());
}

TEST_CASE("the size of a frame is that of its coded form") {
  CHECK(frame{"12", "345", "6", "key", false}.size() == 6);
  CHECK(frame{"1234", "56", "key"}.size() == 2);
}

TEST_CASE("a payload may be empty") {
  frame one{"", "", "", "", false};
  CHECK_FALSE(one.empty());
  CHECK(one.size() == 0);
}
