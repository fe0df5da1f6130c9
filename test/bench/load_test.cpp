// The client that judges must itself be judged.

#include "event_text.hpp"
#include "load/answer_reader.hpp"
#include "load/event_reader.hpp"
#include "load/latency.hpp"
#include "load/tally.hpp"
#include "load/window.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace bench {

namespace {

std::vector<std::uint64_t> ids_of(std::string_view first,
                                  std::string_view second) {
  std::vector<std::uint64_t> ids;
  event_reader reader;
  for (auto input : {first, second})
    reader.put(input, [&](const event& e) { ids.push_back(e.id); });
  return ids;
}

faults faults_of(const std::vector<std::uint64_t>& ids) {
  faults sum;
  tally numbers;
  for (auto id : ids)
    numbers.count(id, sum);
  return sum;
}

} // namespace

TEST_CASE("events are read wherever the stream is cut") {
  // The second chunk holds two events, as of a server that batches, and the
  // third only a comment.
  auto stream = std::string{stream_head} + event_chunk(7)
                + "1e\r\nid: 8\ndata: 1\n\nid: 9\ndata: 2\n\n\r\n"
                + "3\r\n:\n\n\r\n";
  std::vector<std::uint64_t> expected{7, 8, 9};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    CHECK(ids_of(stream.substr(0, cut), stream.substr(cut)) == expected);
}

TEST_CASE("the end of a stream is a fault") {
  auto stream = std::string{stream_head} + "0\r\n\r\n";
  CHECK_THROWS_AS(ids_of(stream, ""), std::runtime_error);
}

TEST_CASE("a refusal is no event stream") {
  CHECK_THROWS_AS(ids_of("HTTP/1.1 503 Service Unavailable\r\n\r\n", ""),
                  std::runtime_error);
}

TEST_CASE("an answer is whole when its length says so") {
  answer_reader reader;
  CHECK(!reader.put("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"));
  CHECK(reader.put("k") == "ok");
  CHECK(reader.put("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3") == "3");
}

TEST_CASE("what never comes is lost") {
  CHECK(faults_of({1, 2, 5}).lost == 2);
}

TEST_CASE("what comes late is out of order, and not lost") {
  auto found = faults_of({1, 3, 2, 4});
  CHECK(found.out_of_order == 1);
  CHECK(found.lost == 0);
}

TEST_CASE("what comes twice is repeated") {
  CHECK(faults_of({1, 2, 2, 3, 1}).repeated == 2);
}

TEST_CASE("an event has arrived when every stream has it") {
  window two{2, 3, 10}; // Three streams, and event 10 was the last.
  two.publish(2);
  CHECK(two.room() == 0);
  for (auto id : {11, 12, 11, 12})
    two.arrived(static_cast<std::uint64_t>(id));
  CHECK(two.room() == 0);
  two.arrived(11);
  CHECK(two.room() == 1);
  CHECK(two.published() == 12);
}

TEST_CASE("latencies are told to within an eighth") {
  latency seen;
  for (std::uint64_t i = 1; i <= 1000; ++i)
    seen.add(i * 1000);
  CHECK(seen.quantile(0.5) == doctest::Approx(500).epsilon(0.125));
  CHECK(seen.quantile(0.99) == doctest::Approx(990).epsilon(0.125));
}

} // namespace bench
