// The client that judges must itself be judged.

#include "event_text.hpp"
#include "load/answer_reader.hpp"
#include "load/event_reader.hpp"
#include "load/latency.hpp"
#include "load/parts.hpp"
#include "load/samples.hpp"
#include "load/tally.hpp"
#include "load/websocket_reader.hpp"
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

constexpr std::string_view handshake
  = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// As a server sends it back: without its mask.
std::string echo_of(const event& what) {
  auto frame = message_frame(what);
  std::string key = frame.substr(2, 4);
  std::string echo{frame[0], static_cast<char>(frame[1] & 0x7f)};
  for (std::size_t i = 6; i < frame.size(); ++i)
    echo += static_cast<char>(frame[i] ^ key[(i - 6) % key.size()]);
  return echo;
}

std::vector<event> messages_of(std::string_view first,
                               std::string_view second) {
  std::vector<event> messages;
  websocket_reader reader;
  for (auto input : {first, second})
    reader.put(input, [&](const event& e) { messages.push_back(e); });
  return messages;
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

TEST_CASE("a stream without chunks is read wherever it is cut") {
  std::string stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                       "\r\n: hi\n\nid: 8\ndata: 1\n\nid: 9\ndata: 2\n\n";
  std::vector<std::uint64_t> expected{8, 9};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    CHECK(ids_of(stream.substr(0, cut), stream.substr(cut)) == expected);
}

TEST_CASE("the number in the data goes before the id") {
  auto stream = std::string{stream_head} + chunk_of(1, topic_data(7));
  auto block = "id: 1789-3\ndata: " + topic_data(8, 16 * 1024) + "\n\n";
  stream += fmt::format("{:x}\r\n{}\r\n", block.size(), block);
  std::vector<std::uint64_t> expected{7, 8};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    CHECK(ids_of(stream.substr(0, cut), stream.substr(cut)) == expected);
}

TEST_CASE("an event of which nothing tells the number has none") {
  const std::string stream{stream_head};
  for (std::string block : {"id: 1789-3\ndata: 5 ...\n\n", "data: 5\n\n"}) {
    auto chunk = fmt::format("{:x}\r\n{}\r\n", block.size(), block);
    CHECK(ids_of(stream, chunk) == std::vector<std::uint64_t>{0});
  }
}

TEST_CASE("an event of the topic is as large as was asked for") {
  CHECK(topic_data(1).size() == 100);
  CHECK(topic_data(1, 16 * 1024).size() == 16 * 1024);
  // Rather longer than without its number.
  CHECK(topic_data(12345, 1).ends_with(" 12345 "));
}

TEST_CASE("the end of a stream is a fault") {
  auto stream = std::string{stream_head} + "0\r\n\r\n";
  CHECK_THROWS_AS(ids_of(stream, ""), std::runtime_error);
}

TEST_CASE("a refusal is no event stream") {
  CHECK_THROWS_AS(ids_of("HTTP/1.1 503 Service Unavailable\r\n\r\n", ""),
                  std::runtime_error);
}

TEST_CASE("an ordinary page is no event stream") {
  CHECK_THROWS_AS(ids_of("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                         "Content-Length: 2\r\n\r\nok",
                         ""),
                  std::runtime_error);
}

TEST_CASE("messages are read wherever the stream is cut") {
  const std::string ping{"\x89\x02hi"};
  auto stream = std::string{handshake} + echo_of({1, 10}) + ping
                + echo_of({2, 1234567890});
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    auto got = messages_of(stream.substr(0, cut), stream.substr(cut));
    REQUIRE(got.size() == 2);
    CHECK(got[0].id == 1);
    CHECK(got[0].made_at == 10);
    CHECK(got[1].id == 2);
    CHECK(got[1].made_at == 1234567890);
  }
}

TEST_CASE("a message is masked on its way to the server") {
  auto frame = message_frame({1, 2});
  CHECK(frame.size() == 2 + 4 + 100);
  CHECK(frame.find("1 2 ...") == frame.npos);
  CHECK(echo_of({1, 2}).find("1 2 ...") == 2);
}

TEST_CASE("what is not the echo of a message is a fault") {
  const std::string head{handshake};
  auto masked = message_frame({1, 10});
  auto fragment = echo_of({1, 10});
  fragment[0] = 0x01;
  const std::string short_one{"\x81\x01x"};
  const std::string close{"\x88\x02\x03\xe8"};
  for (auto& wrong : {masked, fragment, short_one, close})
    CHECK_THROWS_AS(messages_of(head, wrong), std::runtime_error);
}

TEST_CASE("another handshake than the right one is none") {
  auto other = std::string{handshake};
  other[other.find("s3p")] = 'x';
  for (auto& wrong : {other, std::string{"HTTP/1.1 200 OK\r\n\r\n"}})
    CHECK_THROWS_AS(messages_of(wrong, ""), std::runtime_error);
}

TEST_CASE("an answer is whole when its length says so") {
  answer_reader reader;
  CHECK(!reader.put("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"));
  CHECK(reader.put("k") == "ok");
  CHECK(reader.put("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3") == "3");
}

TEST_CASE("every status of success is an answer, and no other is") {
  answer_reader reader;
  CHECK(reader.put("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n") == "");
  CHECK_THROWS_AS(reader.put("HTTP/1.1 404 Not Found\r\n"
                             "Content-Length: 0\r\n\r\n"),
                  std::runtime_error);
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

TEST_CASE("a stream is complete when it lacks nothing up to the last") {
  auto complete = [](const std::vector<std::uint64_t>& ids) {
    faults sum;
    tally numbers;
    for (auto id : ids)
      numbers.count(id, sum);
    return numbers.complete(3);
  };
  CHECK(complete({1, 2, 3}));
  CHECK(complete({1, 3, 2}));
  CHECK(!complete({1, 2}));
  CHECK(!complete({1, 3}));
  CHECK(!complete({1, 2, 3, 4}));
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

TEST_CASE("latencies are told to within a 32nd") {
  latency seen;
  for (std::uint64_t i = 1; i <= 1000; ++i)
    seen.add(i * 1000);
  CHECK(seen.quantile(0.5) == doctest::Approx(500).epsilon(1. / 32));
  CHECK(seen.quantile(0.99) == doctest::Approx(990).epsilon(1. / 32));
}

TEST_CASE("latencies of two threads are those of one that saw them all") {
  latency odd;
  latency even;
  for (std::uint64_t i = 1; i <= 1000; ++i)
    (i % 2 == 0 ? even : odd).add(i * 1000);
  odd += even;
  CHECK(odd.quantile(0.5) == doctest::Approx(500).epsilon(1. / 32));
  CHECK(odd.quantile(0.99) == doctest::Approx(990).epsilon(1. / 32));
}

TEST_CASE("the shares of all threads are the whole") {
  options all;
  all.connections = 10;
  all.rate = 8;
  all.threads = 4;
  std::vector<std::size_t> connections;
  for (std::size_t i = 0; i < all.threads; ++i) {
    connections.push_back(share_of(all, i).connections);
    CHECK(share_of(all, i).rate == 2);
  }
  CHECK(connections == std::vector<std::size_t>{3, 3, 2, 2});
}

TEST_CASE("what fails on a thread fails the load") {
  options two;
  two.threads = 2;
  parts<int> numbers{two, [](const options& mine) {
                       return std::make_unique<int>(mine.connections);
                     }};
  CHECK(numbers.sum([](int one) { return one; }) == 100);
  auto fail_second = [](int, std::size_t index) {
    if (index == 1)
      throw std::runtime_error("the server has closed a connection");
  };
  CHECK_THROWS_AS(numbers.run(fail_second), std::runtime_error);
}

TEST_CASE("the quantiles of few times are times among them") {
  samples seen;
  CHECK(seen.max() == 0);
  for (auto i : {3, 1, 4, 2})
    seen.add(std::chrono::microseconds{i});
  CHECK(seen.quantile(0) == 1);
  CHECK(seen.quantile(0.5) == 2);
  CHECK(seen.quantile(0.51) == 3);
  CHECK(seen.quantile(0.99) == 4);
  CHECK(seen.max() == 4);
}

TEST_CASE("a long wait counts for those that it held up") {
  samples seen;
  seen.add_held_up(std::chrono::milliseconds{70},
                   std::chrono::milliseconds{20});
  CHECK(seen.size() == 4);
  CHECK(seen.quantile(0) == 10'000);
  CHECK(seen.quantile(0.5) == 30'000);
  CHECK(seen.max() == 70'000);
  seen.add_held_up(std::chrono::milliseconds{5}, std::chrono::milliseconds{20});
  CHECK(seen.size() == 5);
}

} // namespace bench
