#pragma once

#include "lungo/websocket/decoder.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Drives a `websocket::decoder` and writes down what it says.
namespace lungo::websocket::test {

/// One line for each event: `text hello`, `close 1000 bye`, `refused 1002 why`.
using transcript = std::vector<std::string>;

inline std::string describe(decoder::event said, decoder& by) {
  const auto status = [&] {
    return std::to_string(static_cast<unsigned>(by.status().code)) + " "
           + by.status().reason;
  };
  switch (said) {
  case decoder::event::need_more:
    break;
  case decoder::event::message: {
    const auto made = by.take_message();
    return (made.is_text() ? "text " : "binary ") + made.payload();
  }
  case decoder::event::ping:
    return "ping " + std::string{by.payload()};
  case decoder::event::pong:
    return "pong " + std::string{by.payload()};
  case decoder::event::close:
    return "close " + status();
  case decoder::event::refused:
    return "refused " + status();
  }
  return "need_more";
}

/// Gives `input` to `by` as a session would that has read it. Returns whether
/// there can be more.
inline bool hear(decoder& by, std::string_view input, transcript& out) {
  for (;;) {
    const auto said = by.put(input);
    if (said == decoder::event::need_more)
      return true;
    out.push_back(describe(said, by));
    if (said == decoder::event::close || said == decoder::event::refused)
      return false;
  }
}

inline transcript decode(const std::vector<std::string_view>& parts,
                         const decoder_limits& bounds = {},
                         inflater* expand = nullptr) {
  decoder by{bounds, expand};
  transcript out;
  for (auto part : parts)
    if (!hear(by, part, out))
      break;
  return out;
}

inline std::vector<std::string_view> octets_of(std::string_view sample) {
  std::vector<std::string_view> octets;
  for (std::size_t at = 0; at < sample.size(); ++at)
    octets.push_back(sample.substr(at, 1));
  return octets;
}

} // namespace lungo::websocket::test
