#include "lungo/flow/restart_budget.hpp"

#include <doctest/doctest.h>

using lungo::flow::restart_budget;
using namespace std::chrono_literals;

namespace {

constexpr restart_budget::time_point start{};

} // namespace

TEST_CASE("as many restarts as allowed may come at once, and not one more") {
  restart_budget budget{3, 10s};
  CHECK(budget.spend(start));
  CHECK(budget.spend(start));
  CHECK(budget.spend(start));
  CHECK_FALSE(budget.spend(start));
}

TEST_CASE("a restart counts to the end of its window, and not beyond") {
  restart_budget budget{1, 10s};
  CHECK(budget.spend(start));
  CHECK_FALSE(budget.spend(start + 10s));
  CHECK(budget.spend(start + 10s + 1ns));
}

TEST_CASE("the window slides with each restart, it does not start over") {
  restart_budget budget{2, 10s};
  CHECK(budget.spend(start));
  CHECK(budget.spend(start + 6s));
  CHECK_FALSE(budget.spend(start + 9s));
  CHECK(budget.spend(start + 11s));
  CHECK_FALSE(budget.spend(start + 16s));
  CHECK(budget.spend(start + 17s));
}

TEST_CASE("a restart that was denied costs nothing") {
  restart_budget budget{1, 10s};
  CHECK(budget.spend(start));
  CHECK_FALSE(budget.spend(start + 9s));
  CHECK(budget.spend(start + 11s));
}

TEST_CASE("what fails seldom is restarted for ever") {
  restart_budget budget{1, 10s};
  for (auto now = start; now < start + 1h; now += 11s)
    REQUIRE(budget.spend(now));
}

TEST_CASE("a budget of nothing allows nothing") {
  restart_budget budget{0, 10s};
  CHECK_FALSE(budget.spend(start));
  CHECK_FALSE(budget.spend(start + 1h));
}
