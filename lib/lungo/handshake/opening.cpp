#include "lungo/handshake/opening.hpp"

namespace lungo::handshake {

namespace {

void set_default(http::fields& fields, const char* name, const char* value) {
  if (!fields.contains(name))
    fields.add(name, value);
}

void open_event_stream(http::fields& fields) {
  fields.set("Content-Type", "text/event-stream");
  set_default(fields, "Cache-Control", "no-cache, no-store, no-transform");
  set_default(fields, "X-Accel-Buffering", "no");
}

} // namespace

opening open(const http::exchange& approved) {
  opening result{approved.response, http::framing::chunked};
  result.head.body.clear();
  if (approved.upgrade->kind == http::upgrade_kind::sse)
    open_event_stream(result.head.fields);
  if (approved.request->version == http::version::http_1_0)
    result.framing = http::framing::close;
  return result;
}

} // namespace lungo::handshake
