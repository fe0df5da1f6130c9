#include "../lib/decode.hpp"
#include "judging.hpp"

#include <cstdint>

using namespace lungo::http;
using namespace fuzz;

namespace {

/// Small, so that short inputs reach every limit.
limits small_limits() {
  limits bounds;
  bounds.head_bytes = 512;
  bounds.head_fields = 6;
  bounds.target_bytes = 64;
  bounds.streamed_body_bytes = 128;
  bounds.chunk_overhead_bytes = 32;
  return bounds;
}

} // namespace

/// However the octets are cut, the decoder says the same; and a field that it
/// lets through can stand in a response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view sample{reinterpret_cast<const char*>(data), size};
  const auto bounds = small_limits();
  const auto whole = test::decode({sample}, bounds);
  const auto expected = test::describe(whole);
  demand(test::describe(test::decode(test::octets_of(sample), bounds))
         == expected);
  demand(test::describe(test::decode(cut_by_content(sample), bounds))
         == expected);
  demand(whole.refusal || whole.rest.empty());
  for (const auto& r : whole.requests) {
    demand(r.head.body.size() <= bounds.streamed_body_bytes);
    for (const auto& f : r.head.fields)
      demand(check_field(f.name, f.value).has_value());
  }
  return 0;
}
