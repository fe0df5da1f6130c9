#include "lungo/handshake/validation.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using handshake::validate;
using http::method;
using http::upgrade_kind;

// WHATWG HTML, 9.2.2: `Accept` is what a client may say, not what it must.
TEST_CASE("a stream asks nothing of its request") {
  for (auto kind : {upgrade_kind::sse, upgrade_kind::stream}) {
    http::request request;
    CHECK(validate(request, kind).has_value());
    request.method = method::post;
    request.version = http::version::http_1_0;
    request.fields.add("Accept", "application/json");
    CHECK(validate(request, kind).has_value());
  }
}

TEST_CASE("a WebSocket is not spoken yet, and that is said") {
  auto refused = validate({}, upgrade_kind::websocket);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::not_implemented);
  CHECK_FALSE(refused.error().message.empty());
}
