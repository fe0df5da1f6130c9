#include "lungo/websocket/message.hpp"

#include "lungo/utf8.hpp"

namespace lungo::websocket {

message& message::key(std::string text) {
  key_ = std::move(text);
  return *this;
}

message text(std::string payload) {
  if (auto checked = check_text(payload); checked.has_error())
    throw invalid_value(checked.error().message);
  return {message_kind::text, std::move(payload)};
}

message binary(std::string payload) {
  return {message_kind::binary, std::move(payload)};
}

result<void> check_text(std::string_view payload) {
  if (!is_utf8(payload))
    return error{errc::bad_request,
                 "a text message of a WebSocket is UTF-8, this is not"};
  return {};
}

} // namespace lungo::websocket
