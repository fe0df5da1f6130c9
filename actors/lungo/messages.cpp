#include "lungo/messages.hpp"

#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace lungo::sse {

event_parts to_parts(const event& e) {
  event_parts parts;
  parts.has_data = e.data().has_value();
  parts.has_id = e.id().has_value();
  parts.has_comment = e.comment().has_value();
  parts.data = e.data().value_or("");
  parts.id = e.id().value_or("");
  parts.comment = e.comment().value_or("");
  parts.name = e.name();
  parts.key = e.key();
  parts.retry_ms = e.retry() ? e.retry()->count() : -1;
  return parts;
}

caf::error from_parts(event_parts parts, event& e) {
  try {
    event built;
    if (parts.has_comment)
      built = event::comment(std::move(parts.comment));
    if (parts.has_data)
      built.data(std::move(parts.data));
    if (parts.has_id)
      built.id(std::move(parts.id));
    if (parts.retry_ms >= 0)
      built.retry(std::chrono::milliseconds{parts.retry_ms});
    built.name(std::move(parts.name));
    if (parts.key != built.key())
      built.key(std::move(parts.key));
    e = std::move(built);
    return caf::none;
  } catch (const invalid_value& err) {
    return caf::make_error(caf::sec::invalid_argument, err.what());
  }
}

} // namespace lungo::sse

namespace lungo::websocket {

caf::error from_parts(bool is_text, std::string payload, std::string key,
                      message& m) {
  try {
    m = is_text ? text(std::move(payload)) : binary(std::move(payload));
    m.key(std::move(key));
    return caf::none;
  } catch (const invalid_value& err) {
    return caf::make_error(caf::sec::invalid_argument, err.what());
  }
}

} // namespace lungo::websocket
