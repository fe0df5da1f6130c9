#include "lungo/settings.hpp"

#include <doctest/doctest.h>

using namespace lungo;

TEST_CASE("the settings that nobody touched are sane") {
  CHECK(check(settings{}).has_value());
}

TEST_CASE("a limit of zero is refused, and named") {
  settings config;
  config.outbox.bytes = 0;
  auto checked = check(config);
  REQUIRE(checked.has_error());
  CHECK(checked.error().code == errc::invalid_value);
  CHECK(checked.error().message == "outbox.bytes must be more than zero");
}

TEST_CASE("a timeout of zero is refused, no heartbeat is not") {
  settings config;
  config.heartbeat = std::chrono::milliseconds{0};
  CHECK(check(config).has_value());
  config.limits.write_timeout = std::chrono::milliseconds{0};
  CHECK(check(config).has_error());
}

TEST_CASE("an origin that is none is refused, and the setting named") {
  settings config;
  config.handshake.origins = {"https://a.example"};
  CHECK(check(config).has_value());
  config.handshake.origins.push_back("a.example/");
  auto checked = check(config);
  REQUIRE(checked.has_error());
  CHECK(checked.error().message.starts_with("websocket.origins: "));
}

TEST_CASE("bounds of coming back that are the wrong way round are refused") {
  using namespace std::chrono_literals;
  settings config;
  config.reconnect_min = config.reconnect_max = 2s;
  CHECK(check(config).has_value());
  config.reconnect_max = 1s;
  CHECK(check(config).has_error());
  config.reconnect_min = 0s;
  auto checked = check(config);
  REQUIRE(checked.has_error());
  CHECK(checked.error().message == "reconnect-min must be more than zero");
}

TEST_CASE("no seed of the system is the one that asks for another") {
  CHECK(system_seed() != 0);
  CHECK(system_seed() != system_seed());
}
