#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// What every server of the benchmark sends as the data of one event: when it
/// was made, in nanoseconds of the steady clock, and padding to 100 octets.
inline std::string event_data() {
  constexpr std::size_t length = 100;
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto text = fmt::format(
    "{} ", std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  text.resize(length, '.');
  return text;
}

/// The same event as one HTTP chunk, for the servers without a framework.
inline std::string event_chunk(std::uint64_t id) {
  auto block = fmt::format("id: {}\ndata: {}\n\n", id, event_data());
  return fmt::format("{:x}\r\n{}\r\n", block.size(), block);
}

/// Their head of an event stream.
inline constexpr std::string_view stream_head
  = "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-cache\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

} // namespace bench
