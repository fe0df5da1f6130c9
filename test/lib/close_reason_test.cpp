#include "lungo/close_reason.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using lungo::close_reason;
using lungo::ends_cleanly;

namespace {

constexpr close_reason all[] = {
  close_reason::peer_left, close_reason::stopped,        close_reason::failed,
  close_reason::too_slow,  close_reason::protocol_error, close_reason::drained,
  close_reason::expired,   close_reason::revoked,
};

} // namespace

TEST_CASE("a stream that the server ends on purpose ends by its framing") {
  CHECK(ends_cleanly(close_reason::stopped));
  CHECK(ends_cleanly(close_reason::drained));
  CHECK(ends_cleanly(close_reason::expired));
  CHECK(ends_cleanly(close_reason::revoked));
}

TEST_CASE("a stream that lacks something is cut") {
  CHECK_FALSE(ends_cleanly(close_reason::failed));
  CHECK_FALSE(ends_cleanly(close_reason::too_slow));
  CHECK_FALSE(ends_cleanly(close_reason::protocol_error));
  CHECK_FALSE(ends_cleanly(close_reason::peer_left));
}

TEST_CASE("a close reason prints as it is spelled") {
  CHECK(to_string(close_reason::peer_left) == "peer_left");
  CHECK(to_string(close_reason::stopped) == "stopped");
  CHECK(to_string(close_reason::failed) == "failed");
  CHECK(to_string(close_reason::too_slow) == "too_slow");
  CHECK(to_string(close_reason::protocol_error) == "protocol_error");
  CHECK(to_string(close_reason::drained) == "drained");
  CHECK(to_string(close_reason::expired) == "expired");
  CHECK(to_string(close_reason::revoked) == "revoked");
}

TEST_CASE("no two close reasons have one name, and none has no name") {
  std::set<std::string_view> names;
  for (auto reason : all)
    names.insert(to_string(reason));
  CHECK(names.size() == std::size(all));
  CHECK_FALSE(names.contains(""));
}
