#include "lungo/websocket/close_code.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lungo;
using namespace lungo::websocket;

namespace {

/// The table of RFC 6455, 7.4.2, with the registry of IANA, as of 1014.
bool may_be_sent(unsigned code) {
  switch (code) {
  case 1004: // Reserved.
  case 1005: // No code was there,
  case 1006: // no close frame,
  case 1015: // no TLS: all three are said to programs only.
    return false;
  default:
    return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999);
  }
}

} // namespace

TEST_CASE("of all numbers only known and private ones may be sent") {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    CAPTURE(code);
    REQUIRE(on_the_wire(static_cast<close_code>(code)) == may_be_sent(code));
  }
}

TEST_CASE("a peer is told why its connection ends") {
  CHECK(code_for(close_reason::stopped) == close_code::normal);
  CHECK(code_for(close_reason::drained) == close_code::going_away);
  CHECK(code_for(close_reason::expired) == close_code::going_away);
  CHECK(code_for(close_reason::revoked) == close_code::policy_violation);
  CHECK(code_for(close_reason::too_slow) == close_code::policy_violation);
  CHECK(code_for(close_reason::failed) == close_code::internal_error);
  CHECK(code_for(close_reason::protocol_error) == close_code::protocol_error);
}

TEST_CASE("there is nothing to tell a peer that has left") {
  CHECK_FALSE(on_the_wire(code_for(close_reason::peer_left)));
}

TEST_CASE("a close frame says a code and a reason, or nothing") {
  CHECK(check({}).has_value());
  CHECK(check({close_code::normal, ""}).has_value());
  CHECK(check({close_code::normal, "gr\xC3\xBC\xC3\x9F"}).has_value());
  CHECK(check({static_cast<close_code>(4999), "x"}).has_value());
}

TEST_CASE("a reason without a code cannot be said") {
  CHECK(check({close_code::no_status, "bye"}).error().code
        == errc::bad_request);
}

TEST_CASE("a code that may not be sent cannot be said") {
  CHECK(check({close_code::abnormal, ""}).has_error());
  CHECK(check({static_cast<close_code>(2999), ""}).has_error());
}

TEST_CASE("a reason has 123 octets at most and is UTF-8") {
  CHECK(check({close_code::normal, std::string(123, 'a')}).has_value());
  CHECK(check({close_code::normal, std::string(124, 'a')}).has_error());
  CHECK(check({close_code::normal, "a\xFF"}).has_error());
  CHECK(check({close_code::normal, "a\xC3"}).has_error());
}
