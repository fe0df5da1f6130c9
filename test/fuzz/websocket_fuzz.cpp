#include "lungo/websocket/control.hpp"
#include "lungo/websocket/deflate.hpp"

#include "../lib/websocket_decode.hpp"
#include "judging.hpp"

#include <cstdint>

using namespace lungo::websocket;
using namespace fuzz;

namespace {

/// Small, so that short inputs reach every limit.
decoder_limits small_limits() {
  decoder_limits bounds;
  bounds.message_bytes = 256;
  bounds.message_fragments = 4;
  return bounds;
}

/// What the events of `sample` hold is within bounds, and can be sent on.
void judge(std::string_view sample, inflater* expand) {
  const auto bounds = small_limits();
  decoder by{bounds, expand};
  for (;;) {
    switch (by.put(sample)) {
    case decoder::event::need_more:
      return demand(sample.empty());
    case decoder::event::message: {
      const auto made = by.take_message();
      demand(made.payload().size() <= bounds.message_bytes);
      demand(!made.is_text() || check_text(made.payload()).has_value());
      break;
    }
    case decoder::event::ping:
    case decoder::event::pong:
      demand(encode_pong(by.payload()).size() == 2 + by.payload().size());
      break;
    case decoder::event::close:
      demand(check(by.status()).has_value());
      return;
    case decoder::event::refused:
      demand(encode_close(by.status()).size() > 4);
      return;
    }
  }
}

void decode_all_ways(std::string_view sample, inflater* expand) {
  const auto bounds = small_limits();
  const auto whole = test::decode({sample}, bounds, expand);
  demand(test::decode(test::octets_of(sample), bounds, expand) == whole);
  demand(test::decode(cut_by_content(sample), bounds, expand) == whole);
  judge(sample, expand);
}

/// What was compressed expands to itself, and any octets to no more than asked.
void deflate_all_ways(std::string_view sample, inflater& expand) {
  static deflater compress;
  demand(expand.expand(compress.compress(sample), sample.size()).value()
         == sample);
  const auto out = expand.expand(sample, 1000);
  demand(out.has_error() || out->size() <= 1000);
}

} // namespace

/// However the octets are cut, the decoder says the same, with compression and
/// without; and whatever it refuses, a close frame can say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static inflater expand;
  const std::string_view sample{reinterpret_cast<const char*>(data), size};
  decode_all_ways(sample, nullptr);
  decode_all_ways(sample, &expand);
  deflate_all_ways(sample, expand);
  return 0;
}
