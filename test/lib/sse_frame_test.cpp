#include "lungo/error.hpp"
#include "lungo/sse/frame.hpp"

#include <doctest/doctest.h>

#include <string>

using lungo::invalid_value;
using lungo::sse::frame;

TEST_CASE("a frame holds its block as it was given") {
  frame one{"id: 7\ndata: a\n\n", "prices", true};
  CHECK(one.block() == "id: 7\ndata: a\n\n");
  CHECK(one.key() == "prices");
  CHECK(one.resumable());
  CHECK_FALSE(one.empty());
  CHECK_FALSE(frame{":\n\n", "", false}.resumable());
}

TEST_CASE("a chunk is the size in hex, CRLF, the block, CRLF") {
  CHECK(frame{":\n\n", "", false}.chunk() == "3\r\n:\n\n\r\n");
  std::string block(0x1a2b - 2, 'x');
  block += "\n\n";
  frame large{block, "", false};
  CHECK(large.chunk() == "1a2b\r\n" + block + "\r\n");
  CHECK(large.block() == block);
}

TEST_CASE("a frame's size is that of its chunk") {
  frame one{"data: a\n\n", "a key that travels nowhere", false};
  CHECK(one.size() == std::string{"9\r\ndata: a\n\n\r\n"}.size());
}

TEST_CASE("a copy of a frame shares its octets") {
  frame one{"data: a\n\n", "", false};
  auto other = one;
  CHECK(other.chunk().data() == one.chunk().data());
  CHECK(other.block().data() > other.chunk().data());
}

TEST_CASE("the octets of a frame live as long as a share in them") {
  frame one{"data: a\n\n", "", false};
  auto chunk = one.chunk();
  auto share = one.owner();
  one = {};
  CHECK(share.use_count() == 1);
  CHECK(chunk == "9\r\ndata: a\n\n\r\n");
}

TEST_CASE("a frame without an event has nothing to send") {
  frame none;
  CHECK(none.empty());
  CHECK(none.size() == 0);
  CHECK(none.block().empty());
  CHECK(none.key().empty());
  CHECK_FALSE(none.resumable());
}

TEST_CASE("a frame refuses a block that would run into the next one") {
  CHECK_THROWS_AS(frame("data: a", "", false), invalid_value);
  CHECK_THROWS_AS(frame("data: a\n", "", false), invalid_value);
}

TEST_CASE("a frame refuses an empty block, which would be the last chunk") {
  CHECK_THROWS_AS(frame("", "", false), invalid_value);
}
