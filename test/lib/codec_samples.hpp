#pragma once

#include "decode.hpp"

#include <doctest/doctest.h>

/// Samples, and what is demanded of every one of them.
namespace lungo::http::test {

/// Decodes `sample` whole, cut in two at every place, and octet by octet, and
/// demands the same each time.
inline decoding decode_all_ways(std::string_view sample,
                                const limits& bounds = {}) {
  const auto whole = decode({sample}, bounds);
  const auto expected = describe(whole);
  for (std::size_t cut = 0; cut <= sample.size(); ++cut) {
    INFO("cut at " << cut);
    REQUIRE(
      describe(decode({sample.substr(0, cut), sample.substr(cut)}, bounds))
      == expected);
  }
  REQUIRE(describe(decode(octets_of(sample), bounds)) == expected);
  return whole;
}

/// The only request of `sample`, which has to be accepted.
inline decoded accept(std::string_view sample, const limits& bounds = {}) {
  INFO(sample);
  auto all = decode_all_ways(sample, bounds);
  REQUIRE_MESSAGE(!all.refusal, all.refusal->message);
  REQUIRE(all.requests.size() == 1);
  REQUIRE(all.requests[0].complete);
  CHECK(all.idle);
  return all.requests[0];
}

/// Why `sample` is refused; nothing if it is not.
inline std::optional<errc> refusal_of(std::string_view sample,
                                      const limits& bounds = {}) {
  const auto all = decode_all_ways(sample, bounds);
  if (!all.refusal)
    return std::nullopt;
  CHECK_FALSE(all.refusal->message.empty());
  CHECK_FALSE(all.idle);
  return all.refusal->code;
}

inline void check_refused(const std::vector<std::string>& samples, errc code,
                          const limits& bounds = {}) {
  for (const auto& sample : samples) {
    INFO("sample: " << sample);
    const auto why = refusal_of(sample, bounds);
    REQUIRE(why.has_value());
    CHECK(to_string(*why) == to_string(code));
  }
}

inline void check_accepted(const std::vector<std::string>& samples,
                           const limits& bounds = {}) {
  for (const auto& sample : samples)
    accept(sample, bounds);
}

inline std::string get(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

inline std::string with_host(std::string_view host) {
  return "GET / HTTP/1.1\r\nHost:" + std::string{host} + "\r\n\r\n";
}

/// A request with these further field lines, each with its line end.
inline std::string with_lines(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n";
}

inline std::string chunked(std::string_view body) {
  return with_lines("Transfer-Encoding: chunked\r\n") + std::string{body};
}

} // namespace lungo::http::test
