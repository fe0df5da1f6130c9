#include "lungo/close_reason.hpp"

#include <doctest/doctest.h>

using lungo::close_reason;
using lungo::ends_cleanly;

TEST_CASE("a stream that the server ends on purpose ends by its framing") {
  CHECK(ends_cleanly(close_reason::stopped));
  CHECK(ends_cleanly(close_reason::drained));
  CHECK(ends_cleanly(close_reason::expired));
  CHECK(ends_cleanly(close_reason::revoked));
}

TEST_CASE("a stream that lacks something is cut") {
  CHECK_FALSE(ends_cleanly(close_reason::failed));
  CHECK_FALSE(ends_cleanly(close_reason::too_slow));
  CHECK_FALSE(ends_cleanly(close_reason::peer_left));
}

TEST_CASE("a close reason prints as it is spelled") {
  CHECK(to_string(close_reason::peer_left) == "peer_left");
  CHECK(to_string(close_reason::too_slow) == "too_slow");
  CHECK(to_string(close_reason::revoked) == "revoked");
}
