// Cases with every outcome; tap_reporter_test.py says what is told of them.

#include <doctest/doctest.h>

#include <stdexcept>

TEST_CASE("a case that holds") {
  CHECK(1 + 1 == 2);
}

TEST_CASE("a case with # in its name") {
  CHECK(true);
}

TEST_CASE("a case that does not hold") {
  const int found = 3;
  INFO("a context");
  SUBCASE("inner") {
    CHECK(found == 4);
  }
}

TEST_CASE("a case that throws") {
  throw std::runtime_error("what it threw");
}

TEST_CASE("a case that is skipped" * doctest::skip()) {
  CHECK(false);
}
