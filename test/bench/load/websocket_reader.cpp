#include "websocket_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t payload_size = 100;
constexpr std::size_t header_size = 2;
constexpr unsigned char final_text = 0x81;

enum opcode : unsigned char { close_frame = 8, ping = 9, pong = 10 };

unsigned char octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// Octets of the frame that begins `text`, which holds its header.
std::size_t frame_size(std::string_view text) {
  constexpr unsigned char longest = 125;
  if (octet(text, 1) > longest)
    throw std::runtime_error("a frame is masked, or too long");
  return header_size + octet(text, 1);
}

} // namespace

std::string message_frame(const event& what) {
  constexpr std::array<unsigned char, 4> mask{0x37, 0xfa, 0x21, 0x3d};
  constexpr unsigned char masked = 0x80;
  auto text = fmt::format("{} {} ", what.id, what.made_at);
  text.resize(payload_size, '.');
  std::string frame{static_cast<char>(final_text),
                    static_cast<char>(masked | payload_size)};
  frame.append(mask.begin(), mask.end());
  for (std::size_t i = 0; i < text.size(); ++i)
    frame += static_cast<char>(octet(text, i) ^ mask[i % mask.size()]);
  return frame;
}

/// True if a message ends in what is taken from `input`. Most frames come
/// whole, and are then not copied.
bool websocket_reader::take(std::string_view& input) {
  if (!open_) {
    take_head(input);
    return false;
  }
  if (held_.empty() && input.size() >= header_size
      && input.size() >= frame_size(input)) {
    auto frame = input.substr(0, frame_size(input));
    input.remove_prefix(frame.size());
    return finish(frame);
  }
  auto wanted = held_.size() < header_size ? header_size : frame_size(held_);
  auto piece = input.substr(0, wanted - held_.size());
  held_ += piece;
  input.remove_prefix(piece.size());
  if (held_.size() < header_size || held_.size() < frame_size(held_))
    return false;
  auto message = finish(held_);
  held_.clear();
  return message;
}

void websocket_reader::take_head(std::string_view& input) {
  // To the key above; RFC 6455, 1.3 tells how it is made.
  constexpr std::string_view accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
  auto before = held_.size();
  held_ += input;
  auto end = held_.find(head_end);
  if (end == held_.npos)
    return input.remove_prefix(input.size());
  input.remove_prefix(end + head_end.size() - before);
  held_.resize(end + head_end.size());
  if (!held_.starts_with("HTTP/1.1 101 ") || held_.find(accept) == held_.npos)
    throw std::runtime_error("this is no WebSocket: " + held_);
  held_.clear();
  open_ = true;
}

/// True if `frame` is a message.
bool websocket_reader::finish(std::string_view frame) {
  constexpr unsigned char opcode_bits = 0x0f;
  auto opcode = octet(frame, 0) & opcode_bits;
  if (opcode == ping || opcode == pong)
    return false;
  if (opcode == close_frame)
    throw std::runtime_error("the server has closed a WebSocket");
  if (octet(frame, 0) != final_text
      || frame.size() != header_size + payload_size)
    throw std::runtime_error("this is not what was sent");
  frame.remove_prefix(header_size);
  auto* end = frame.data() + frame.size();
  auto id = std::from_chars(frame.data(), end, event_.id);
  auto made_at
    = std::from_chars(std::min(id.ptr + 1, end), end, event_.made_at);
  if (id.ec != std::errc{} || made_at.ec != std::errc{})
    throw std::runtime_error("a message without a number");
  return true;
}

} // namespace bench
