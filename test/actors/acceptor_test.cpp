#include "broker_fixture.hpp"

#include <new>

using namespace lungo;
using namespace lungo::test;

TEST_CASE_FIXTURE(socket_fixture, "a socket that cannot be taken in makes "
                                  "accepting pause, not end") {
  auto& from = thread.acceptor();
  auto port = from.open("127.0.0.1", 0, false).value();
  auto offered = 0, starved = 0;
  auto accept = [&] {
    from.resume(
      [&](peer::tcp::socket) {
        if (++offered == 1)
          throw std::bad_alloc{};
      },
      [&] { ++starved; });
  };
  accept();
  connect(port);
  REQUIRE(until([&] { return starved == 1; }));
  CHECK(from.paused());
  connect(port);
  accept();
  CHECK(until([&] { return offered == 2; }));
  CHECK_FALSE(from.paused());
}
