#pragma once

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace bench {

/// Lets a program of the benchmark hold as many sockets as the system allows,
/// and end by itself should whoever started it be gone.
inline void prepare_process() {
  constexpr unsigned longest_life_seconds = 600;
  alarm(longest_life_seconds);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// The number behind `prefix` in `text`.
/// @throws std::invalid_argument if there is none.
inline std::uint64_t number_after(std::string_view prefix,
                                  std::string_view text) {
  std::uint64_t value = 0;
  auto at = text.find(prefix);
  auto digits = text.substr(at == text.npos ? text.size() : at + prefix.size());
  auto parsed
    = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc{})
    throw std::invalid_argument(fmt::format("no {}N in {}", prefix, text));
  return value;
}

/// The same, where it may be missing.
inline std::uint64_t number_after(std::string_view prefix,
                                  std::string_view text,
                                  std::uint64_t otherwise) {
  return text.find(prefix) == text.npos ? otherwise
                                        : number_after(prefix, text);
}

/// The port of the one argument `--port=N`; without one, a free port.
inline std::uint16_t port_argument(int argc, char** argv) {
  return argc < 2
           ? std::uint16_t{0}
           : static_cast<std::uint16_t>(number_after("--port=", argv[1]));
}

inline void announce(std::uint16_t port) {
  fmt::print("listening on http://127.0.0.1:{}\n", port);
  std::fflush(stdout);
}

} // namespace bench
