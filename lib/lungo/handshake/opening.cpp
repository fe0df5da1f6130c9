#include "lungo/handshake/opening.hpp"

#include "lungo/handshake/negotiation.hpp"
#include "lungo/sse/event.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace lungo::handshake {

namespace {

using http::framing;
using http::iequals;
using http::upgrade_kind;

void set_default(http::fields& fields, const char* name, const char* value) {
  if (!fields.contains(name))
    fields.add(name, value);
}

void open_event_stream(http::fields& fields) {
  fields.set("Content-Type", "text/event-stream");
  set_default(fields, "Cache-Control", "no-cache, no-store, no-transform");
  set_default(fields, "X-Accel-Buffering", "no");
}

void add_if_agreed(http::fields& fields, const char* name, std::string value) {
  if (!value.empty())
    fields.add(name, std::move(value));
}

/// RFC 6455, 4.2.2, item 5.
http::fields open_websocket(const http::fields& said,
                            const http::request& request, const terms& ours) {
  http::fields fields;
  for (auto& [name, value] : said)
    if (!is_of_handshake(name))
      fields.add(name, value);
  const auto key = request.fields.get("Sec-WebSocket-Key").value_or("");
  fields.add("Upgrade", "websocket")
    .add("Connection", "Upgrade")
    .add("Sec-WebSocket-Accept", accept_key(key));
  add_if_agreed(fields, "Sec-WebSocket-Protocol",
                choose_subprotocol(request, ours));
  add_if_agreed(fields, "Sec-WebSocket-Extensions",
                choose_extensions(request, ours));
  return fields;
}

http::fields open_fields(const http::exchange& approved) {
  auto fields = approved.response.fields;
  switch (approved.upgrade->kind) {
  case upgrade_kind::sse:
    open_event_stream(fields);
    break;
  case upgrade_kind::websocket:
    return open_websocket(fields, *approved.request,
                          terms_of(*approved.upgrade));
  case upgrade_kind::stream:
    break;
  }
  return fields;
}

framing framing_of(const http::exchange& approved) {
  switch (approved.upgrade->kind) {
  case upgrade_kind::websocket:
    return framing::none;
  case upgrade_kind::stream:
    // What a transform makes of it is of another length.
    if (approved.upgrade->length && approved.of_response.empty())
      return framing::length;
    break;
  case upgrade_kind::sse:
    break;
  }
  return approved.request->version == http::version::http_1_0
           ? framing::close
           : framing::chunked;
}

/// WHATWG HTML, 9.2.3: the stream has ended, so the client comes back.
http::response come_back_stream(std::chrono::milliseconds retry) {
  http::response answer;
  answer.body = sse::encode_block(sse::event{}.retry(retry));
  answer.fields.add("Content-Type", "text/event-stream")
    .add("Cache-Control", "no-store");
  return answer;
}

/// RFC 9110, 10.2.3: in seconds, and not sooner.
http::response come_back_refusal(const error& why,
                                 std::chrono::milliseconds retry) {
  auto answer = http::error_response(why);
  auto seconds = std::chrono::ceil<std::chrono::seconds>(retry);
  answer.fields.add("Retry-After", std::to_string(seconds.count()));
  return answer;
}

} // namespace

bool is_of_handshake(std::string_view name) noexcept {
  constexpr std::string_view own = "Sec-WebSocket-";
  constexpr std::string_view shared[]
    = {"Upgrade", "Connection", "Content-Length", "Transfer-Encoding"};
  return iequals(name.substr(0, own.size()), own)
         || std::any_of(std::begin(shared), std::end(shared),
                        [&](auto each) { return iequals(each, name); });
}

opening open(const http::exchange& approved) {
  opening result;
  result.head.status = approved.response.status;
  result.head.fields = open_fields(approved);
  result.framing = framing_of(approved);
  if (result.framing == framing::length)
    result.content_length = *approved.upgrade->length;
  return result;
}

http::response come_back_later(const http::exchange& approved, at_limit how,
                               const error& why,
                               std::chrono::milliseconds retry) {
  // An `EventSource` sends nothing but GET; who streams the answer to a POST
  // reads the status.
  auto is_told = approved.upgrade->kind == upgrade_kind::sse
                 && approved.request->method == http::method::get
                 && how == at_limit::retry_later;
  return is_told ? come_back_stream(retry) : come_back_refusal(why, retry);
}

} // namespace lungo::handshake
