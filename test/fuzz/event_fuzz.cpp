// Whatever an event is made of, a browser reads exactly that, or the setter
// has refused it: nothing in one field can become another field or event.

#include "lungo/sse/event.hpp"

#include "event_stream_parser.hpp"
#include "judging.hpp"

#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using fuzz::demand;
using lungo::sse::event;
using lungo::test::event_stream_parser;
using lungo::test::stream_event;

/// Calls `set` and demands that it throws exactly when the check fails.
template <class Set>
void try_set(bool allowed, Set set) {
  try {
    set();
    demand(allowed);
  } catch (const lungo::invalid_value&) {
    demand(!allowed);
  }
}

event make_event(FuzzedDataProvider& in) {
  using namespace lungo::sse;
  event made;
  auto text = in.ConsumeRandomLengthString();
  try_set(check_data(text).has_value(), [&] { made = event::comment(text); });
  text = in.ConsumeRandomLengthString();
  try_set(check_name(text).has_value(), [&] { made.name(text); });
  text = in.ConsumeRandomLengthString();
  if (in.ConsumeBool())
    try_set(check_id(text).has_value(), [&] { made.id(text); });
  std::chrono::milliseconds pause{in.ConsumeIntegral<std::int64_t>()};
  if (in.ConsumeBool())
    try_set(pause.count() >= 0, [&] { made.retry(pause); });
  if (in.ConsumeBool()) {
    text = in.ConsumeRemainingBytesAsString();
    try_set(check_data(text).has_value(), [&] { made.data(text); });
  }
  return made;
}

/// `text` with LF for CRLF and CR.
std::string with_plain_ends(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto crlf = text.substr(at, 2) == "\r\n";
    out += text[at] == '\r' ? '\n' : text[at];
    at += crlf;
  }
  return out;
}

std::vector<stream_event> expected(const event& e) {
  if (!e.data())
    return {};
  return {{e.name().empty() ? "message" : e.name(), with_plain_ends(*e.data()),
           e.id().value_or("before")}};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  FuzzedDataProvider in{octets, size};
  auto cut = in.ConsumeIntegral<std::uint8_t>();
  auto made = make_event(in);
  auto ready = encode(made);
  auto block = ready.block();
  auto first = block.substr(0, cut);
  event_stream_parser reader;
  reader.feed("id: before\n\n");
  auto heard = reader.feed(first);
  for (auto& one : reader.feed(block.substr(first.size())))
    heard.push_back(one);
  demand(heard == expected(made));
  demand(reader.last_event_id() == made.id().value_or("before"));
  demand(reader.retry_ms().has_value() == made.retry().has_value());
  demand(reader.feed("data: next\n\n").size() == 1);
  return 0;
}
