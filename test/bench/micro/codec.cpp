// What a request's head costs to read, and a response's to write.

#include "lungo/http/codec.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string_view>

namespace {

using lungo::http::request_decoder;

constexpr std::string_view small = "GET /health HTTP/1.1\r\n"
                                   "Host: localhost:8080\r\n"
                                   "\r\n";

/// What a browser sends with a request to its own origin.
constexpr std::string_view browser
  = "GET /dashboard/events?topic=prices&topic=news HTTP/1.1\r\n"
    "Host: dashboard.example.org\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: no-cache\r\n"
    "sec-ch-ua: \"Chromium\";v=\"130\", \"Not?A_Brand\";v=\"99\"\r\n"
    "sec-ch-ua-mobile: ?0\r\n"
    "sec-ch-ua-platform: \"Linux\"\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36\r\n"
    "Accept: text/event-stream\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Dest: empty\r\n"
    "Referer: https://dashboard.example.org/dashboard\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7\r\n"
    "Cookie: session=3f1b0c2a9d8e4f7a6b5c4d3e2f1a0b9c; theme=dark; "
    "consent=necessary\r\n"
    "Last-Event-ID: 18c2f0a7b3d-4711\r\n"
    "\r\n";

/// Reads one request that comes in pieces of `size` octets.
bool decode(request_decoder& by, std::string_view octets, std::size_t size) {
  for (auto at = octets; !at.empty();) {
    auto piece = at.substr(0, size);
    at.remove_prefix(piece.size());
    for (;;) {
      switch (by.put(piece)) {
      case request_decoder::event::need_more:
        break;
      case request_decoder::event::complete:
        by.next();
        return true;
      case request_decoder::event::refused:
        return false;
      case request_decoder::event::head:
      case request_decoder::event::body:
        continue;
      }
      break;
    }
  }
  return false;
}

void decode_head(benchmark::State& state, std::string_view octets,
                 std::size_t piece) {
  request_decoder by{lungo::http::limits{}};
  for (auto _ : state)
    if (!decode(by, octets, piece))
      return state.SkipWithError("the request was not understood");
  state.SetBytesProcessed(state.iterations()
                          * static_cast<std::int64_t>(octets.size()));
}

/// What a session makes for each of its sockets.
void make_decoder(benchmark::State& state) {
  for (auto _ : state) {
    request_decoder by{lungo::http::limits{}};
    benchmark::DoNotOptimize(by);
  }
}

void encode_head(benchmark::State& state, const lungo::http::response& what,
                 lungo::http::framing how) {
  for (auto _ : state)
    benchmark::DoNotOptimize(lungo::http::encode_head(
      what, how, what.body.size(), true, lungo::http::version::http_1_1,
      "Sun, 06 Nov 1994 08:49:37 GMT"));
}

lungo::http::response stream_response() {
  return lungo::http::empty(lungo::http::status::ok)
    .with("Content-Type", "text/event-stream")
    .with("Cache-Control", "no-cache, no-store, no-transform")
    .with("X-Accel-Buffering", "no")
    .with("Access-Control-Allow-Origin", "https://dashboard.example.org")
    .with("Vary", "Origin")
    .with("X-Content-Type-Options", "nosniff")
    .with("Set-Cookie", "seen=1; Path=/; Secure; HttpOnly");
}

BENCHMARK_CAPTURE(decode_head, small, small, small.size());
BENCHMARK_CAPTURE(decode_head, small_by_16, small, 16);
BENCHMARK_CAPTURE(decode_head, small_by_1, small, 1);
BENCHMARK_CAPTURE(decode_head, browser, browser, browser.size());
BENCHMARK_CAPTURE(decode_head, browser_by_64, browser, 64);
BENCHMARK_CAPTURE(decode_head, browser_by_1, browser, 1);
BENCHMARK(make_decoder);
BENCHMARK_CAPTURE(encode_head, text, lungo::http::text("ok"),
                  lungo::http::framing::length);
BENCHMARK_CAPTURE(encode_head, stream, stream_response(),
                  lungo::http::framing::chunked);

} // namespace
