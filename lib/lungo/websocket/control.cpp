#include "lungo/websocket/control.hpp"

#include "lungo/websocket/frame_header.hpp"

#include <array>

namespace lungo::websocket {

namespace {

std::string encode_control(opcode op, std::string_view payload) {
  if (payload.size() > max_control_bytes)
    throw invalid_value("a ping or pong carries 125 octets at most");
  std::array<char, max_header_bytes> header;
  const auto size = write_header(header, op, payload.size(), false);
  std::string frame;
  frame.reserve(size + payload.size());
  frame.append(header.data(), size).append(payload);
  return frame;
}

} // namespace

std::string encode_close(const close_status& status) {
  if (auto checked = check(status); checked.has_error())
    throw invalid_value(checked.error().message);
  if (status.code == close_code::no_status)
    return encode_control(opcode::close, {});
  const auto number = static_cast<unsigned>(status.code);
  std::string body{static_cast<char>(number >> 8),
                   static_cast<char>(number & 0xFF)};
  return encode_control(opcode::close, body += status.reason);
}

std::string encode_ping(std::string_view payload) {
  return encode_control(opcode::ping, payload);
}

std::string encode_pong(std::string_view payload) {
  return encode_control(opcode::pong, payload);
}

} // namespace lungo::websocket
