#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Octets of an event's data, where nothing else is asked for.
inline constexpr std::size_t event_size = 100;

/// Now, in nanoseconds of the steady clock.
inline std::int64_t now_in_nanoseconds() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// What every server of the benchmark sends as the data of one event: when it
/// was made, and padding to 100 octets.
inline std::string event_data() {
  auto text = fmt::format("{} ", now_in_nanoseconds());
  text.resize(event_size, '.');
  return text;
}

/// The data of one event of the topic: when it was made, its number, and
/// padding to `size` octets. The number is in the data, since a topic may give
/// ids of its own.
inline std::string topic_data(std::uint64_t number,
                              std::size_t size = event_size) {
  auto text = fmt::format("{} {} ", now_in_nanoseconds(), number);
  text.resize(std::max(size, text.size()), '.');
  return text;
}

/// An event as one HTTP chunk, for the servers without a framework.
inline std::string chunk_of(std::uint64_t id, std::string_view data) {
  auto block = fmt::format("id: {}\ndata: {}\n\n", id, data);
  return fmt::format("{:x}\r\n{}\r\n", block.size(), block);
}

inline std::string event_chunk(std::uint64_t id) {
  return chunk_of(id, event_data());
}

/// Their head of an event stream.
inline constexpr std::string_view stream_head
  = "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-cache\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

} // namespace bench
