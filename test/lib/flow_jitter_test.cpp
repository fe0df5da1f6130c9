#include "lungo/flow/jitter.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using lungo::flow::jitter;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

std::vector<milliseconds> draw(std::uint64_t seed) {
  jitter of{seed};
  std::vector<milliseconds> drawn;
  for (int i = 0; i < 20; ++i)
    drawn.push_back(of.between(1s, 10s));
  return drawn;
}

} // namespace

TEST_CASE("what is drawn stays within its bounds, and reaches both") {
  jitter of{1};
  std::set<milliseconds> drawn;
  for (int i = 0; i < 1000; ++i)
    drawn.insert(of.between(3ms, 7ms));
  CHECK(drawn == std::set<milliseconds>{3ms, 4ms, 5ms, 6ms, 7ms});
}

TEST_CASE("what is drawn lies in every part of the bounds alike") {
  jitter of{2};
  std::vector<int> tenths(10);
  for (int i = 0; i < 10'000; ++i)
    ++tenths[static_cast<std::size_t>(of.between(0ms, 9ms).count())];
  for (auto each : tenths) {
    CHECK(each > 800);
    CHECK(each < 1200);
  }
}

TEST_CASE("one seed draws the same each time, another one something else") {
  CHECK(draw(7) == draw(7));
  CHECK(draw(7) != draw(8));
}

TEST_CASE("bounds that are one leave no choice") {
  jitter of{3};
  CHECK(of.between(5s, 5s) == 5s);
}

TEST_CASE("what is shortened loses up to a tenth, and is never longer") {
  jitter of{4};
  std::set<milliseconds> drawn;
  for (int i = 0; i < 1000; ++i)
    drawn.insert(of.shortened(50ms));
  CHECK(drawn == std::set<milliseconds>{45ms, 46ms, 47ms, 48ms, 49ms, 50ms});
  CHECK(of.shortened(0ms) == 0ms);
}
