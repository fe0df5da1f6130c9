#include "stream_fixture.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;

namespace {

sse::behavior count(sse::connection<>* self) {
  self->every(100ms, [=, beats = 0]() mutable {
    self->push(sse::event{std::to_string(beats++)});
    if (beats == 3)
      self->close();
  });
  return {};
}

} // namespace

TEST_CASE_FIXTURE(stream_fixture,
                  "every beats once a period, and not at once") {
  auto one = commit(count);
  CHECK(seen->written().empty());
  advance(100ms);
  CHECK(seen->written() == "data: 0\n\n");
  advance(100ms);
  CHECK(seen->written() == "data: 0\n\ndata: 1\n\n");
}

TEST_CASE_FIXTURE(stream_fixture, "every stops with its connection") {
  auto one = commit(count);
  for (int i = 0; i < 10; ++i)
    advance(100ms);
  CHECK(seen->written() == "data: 0\n\ndata: 1\n\ndata: 2\n\n");
  CHECK(seen->finishes.size() == 1);
}
