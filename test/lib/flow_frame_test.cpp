#include "lungo/flow/frame.hpp"

#include <doctest/doctest.h>

using lungo::flow::frame;

TEST_CASE("the coded form of a payload is that payload with what is around") {
  auto one = frame::wrapped("<", "text", ">", "a key", true);
  CHECK(one.plain() == "text");
  CHECK(one.coded() == "<text>");
  CHECK(one.key() == "a key");
  CHECK(one.resumable());
}

TEST_CASE("a frame may be the same for all peers") {
  auto one = frame::uniform("head:", "text", "a key");
  CHECK(one.plain() == "head:text");
  CHECK(one.coded().data() == one.plain().data());
  CHECK(one.coded() == "head:text");
  CHECK(one.key() == "a key");
}

TEST_CASE("a frame may have two forms with nothing in common") {
  auto one = frame::twofold("as it is", "squeezed", "a key");
  CHECK(one.plain() == "as it is");
  CHECK(one.coded() == "squeezed");
  CHECK(one.key() == "a key");
  CHECK_FALSE(one.resumable());
}

TEST_CASE("the size of a frame is that of all octets it may send") {
  CHECK(frame::wrapped("12", "345", "6", "key", false).size() == 6);
  CHECK(frame::uniform("12", "345", "key").size() == 5);
  CHECK(frame::twofold("1234", "56", "key").size() == 6);
}

TEST_CASE("a payload may be empty") {
  auto one = frame::wrapped("", "", "", "", false);
  CHECK_FALSE(one.empty());
  CHECK(one.size() == 0);
}
