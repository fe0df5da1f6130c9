#include "lungo/websocket/decoder.hpp"

#include "lungo/websocket/deflate.hpp"

#include <algorithm>
#include <utility>

namespace lungo::websocket {

namespace {

// RFC 6455, 5.4: fragments.
constexpr fault nothing_begun{
  close_code::protocol_error,
  "A frame continues a message that has not begun."};
constexpr fault not_ended{close_code::protocol_error,
                          "A message begins before the last one has ended."};
// 5.5.1 and 7.4.2: close.
constexpr fault half_code{close_code::protocol_error,
                          "A close frame holds half a code."};
constexpr fault bad_code{close_code::protocol_error,
                         "A close frame has a code that may not stand there."};
constexpr fault bad_reason{close_code::invalid_payload,
                           "The reason of a close frame is not UTF-8."};
// 8.1: text.
constexpr fault bad_text{close_code::invalid_payload,
                         "A text message is not UTF-8."};
// RFC 7692, 7.2.2.
constexpr fault bad_deflate{close_code::invalid_payload,
                            "A compressed message is malformed."};
// What is too much for us.
constexpr fault large_message{close_code::message_too_big,
                              "A message is larger than this server takes."};
constexpr fault many_fragments{
  close_code::message_too_big,
  "A message has more fragments than this server takes."};

/// Gives the memory back, which assigning an empty one need not do.
void release(std::string& text) noexcept {
  std::string{}.swap(text);
}

} // namespace

decoder::decoder(const decoder_limits& bounds, inflater* expand)
  : bounds_{bounds},
    inflater_{expand},
    header_{expand != nullptr} {}

decoder::event decoder::put(std::string_view& input) {
  drop_delivered();
  for (;;) {
    switch (stage_) {
    case stage::header:
      if (const auto* why = header_.scan(input))
        return refuse(*why);
      if (!header_.whole())
        return event::need_more;
      if (const auto* why = begin_frame())
        return refuse(*why);
      break;
    case stage::payload:
      if (const auto* why = take_payload(input))
        return refuse(*why);
      if (remaining_ > 0)
        return event::need_more;
      if (const auto said = finish_frame(); said != event::need_more)
        return said;
      break;
    case stage::closed:
      return event::close;
    case stage::refused:
      return event::refused;
    }
  }
}

message decoder::take_message() {
  return {kind_, std::exchange(buffer_, {})};
}

const fault* decoder::begin_frame() {
  frame_ = header_.take();
  remaining_ = frame_.payload_size;
  stage_ = stage::payload;
  return is_control(frame_.op) ? nullptr : begin_data_frame();
}

const fault* decoder::begin_data_frame() {
  const auto continues = frame_.op == opcode::continuation;
  if (continues && fragments_ == 0)
    return &nothing_begun;
  if (!continues && fragments_ > 0)
    return &not_ended;
  if (fragments_ == bounds_.message_fragments)
    return &many_fragments;
  // Nobody has to send the octets to be over the limit.
  if (remaining_ > bounds_.message_bytes - buffer_.size())
    return &large_message;
  ++fragments_;
  if (continues)
    return nullptr;
  kind_ = frame_.op == opcode::text ? message_kind::text : message_kind::binary;
  deflated_ = frame_.deflated;
  utf8_ = {};
  return nullptr;
}

const fault* decoder::take_payload(std::string_view& input) {
  const auto size = static_cast<std::size_t>(
    std::min<std::uint64_t>(remaining_, input.size()));
  auto& into = is_control(frame_.op) ? control_ : buffer_;
  into.append(input.substr(0, size));
  input.remove_prefix(size);
  remaining_ -= size;
  const std::span piece{into.data() + into.size() - size, size};
  unmask(piece, frame_.key);
  if (is_control(frame_.op) || kind_ == message_kind::binary || deflated_)
    return nullptr;
  return utf8_.put({piece.data(), size}) ? nullptr : &bad_text;
}

/// The event that the frame makes; `need_more` if none.
decoder::event decoder::finish_frame() {
  stage_ = stage::header;
  switch (frame_.op) {
  case opcode::ping:
    return event::ping;
  case opcode::pong:
    return event::pong;
  case opcode::close:
    return finish_close();
  case opcode::continuation:
  case opcode::text:
  case opcode::binary:
    break;
  }
  return frame_.fin ? finish_message() : event::need_more;
}

decoder::event decoder::finish_message() {
  fragments_ = 0;
  if (const auto* why = deflated_ ? expand() : nullptr)
    return refuse(*why);
  if (kind_ == message_kind::text && !utf8_.complete())
    return refuse(bad_text);
  return event::message;
}

const fault* decoder::expand() {
  auto expanded = inflater_->expand(buffer_, bounds_.message_bytes);
  if (expanded.has_error())
    return expanded.error().code == errc::content_too_large ? &large_message
                                                            : &bad_deflate;
  buffer_ = std::move(*expanded);
  if (kind_ == message_kind::text)
    utf8_.put(buffer_);
  return nullptr;
}

decoder::event decoder::finish_close() {
  if (control_.empty()) {
    end(stage::closed, {});
    return event::close;
  }
  if (control_.size() == 1)
    return refuse(half_code);
  const auto high = static_cast<unsigned char>(control_[0]);
  const auto low = static_cast<unsigned char>(control_[1]);
  const auto code = static_cast<close_code>(high << 8 | low);
  if (!on_the_wire(code))
    return refuse(bad_code);
  auto reason = control_.substr(2);
  if (!is_utf8(reason))
    return refuse(bad_reason);
  end(stage::closed, {code, std::move(reason)});
  return event::close;
}

decoder::event decoder::refuse(const fault& why) {
  end(stage::refused, {why.code, std::string{why.sentence}});
  return event::refused;
}

void decoder::end(stage how, close_status status) {
  stage_ = how;
  status_ = std::move(status);
  fragments_ = 0;
  drop_delivered();
}

/// Frees what the last event has shown, or what no event will show any more.
void decoder::drop_delivered() noexcept {
  if (stage_ != stage::payload)
    release(control_);
  if (fragments_ == 0)
    release(buffer_);
}

} // namespace lungo::websocket
