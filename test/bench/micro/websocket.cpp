// What a message costs on its way out, and on its way in.

#include "lungo/websocket/decoder.hpp"
#include "lungo/websocket/frame.hpp"
#include "lungo/websocket/frame_header.hpp"
#include "lungo/websocket/masking.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <string>

namespace {

namespace websocket = lungo::websocket;

constexpr std::int64_t small = 100;
constexpr std::int64_t large = 64 * 1024;

std::string octets(const benchmark::State& state) {
  return std::string(static_cast<std::size_t>(state.range(0)), '.');
}

void count_octets(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// A whole message as a client sends it.
std::string masked_frame(websocket::opcode kind, std::string payload) {
  constexpr char mask_bit = '\x80';
  std::array<char, websocket::max_header_bytes> header;
  auto size = websocket::write_header(header, kind, payload.size(), false);
  header[1] = static_cast<char>(header[1] | mask_bit);
  websocket::masking_key key{'\x37', '\xfa', '\x21', '\x3d'};
  auto out = std::string(header.data(), size) + std::string(key.data(), 4);
  websocket::unmask(payload, key);
  return out + payload;
}

void encode_message(benchmark::State& state) {
  auto what = websocket::text(octets(state));
  for (auto _ : state)
    benchmark::DoNotOptimize(websocket::encode(what));
  count_octets(state);
}

void unmask(benchmark::State& state) {
  auto payload = octets(state);
  websocket::masking_key key{'\x37', '\xfa', '\x21', '\x3d'};
  for (auto _ : state) {
    websocket::unmask(payload, key);
    benchmark::ClobberMemory();
  }
  count_octets(state);
}

void decode_message(benchmark::State& state, websocket::opcode kind) {
  const auto sent = masked_frame(kind, octets(state));
  websocket::decoder by{websocket::decoder_limits{}};
  for (auto _ : state) {
    std::string_view input = sent;
    if (by.put(input) != websocket::decoder::event::message)
      return state.SkipWithError("the frame was not understood");
    benchmark::DoNotOptimize(by.take_message());
  }
  count_octets(state);
}

BENCHMARK(encode_message)->Arg(small)->Arg(large);
BENCHMARK(unmask)->Arg(small)->Arg(large);
BENCHMARK_CAPTURE(decode_message, text, websocket::opcode::text)
  ->Arg(small)
  ->Arg(large);
BENCHMARK_CAPTURE(decode_message, binary, websocket::opcode::binary)
  ->Arg(small)
  ->Arg(large);

} // namespace
