#include "lungo/http/chunked_body.hpp"

#include <algorithm>

namespace lungo::http {

namespace {

/// As many as a 64-bit size has, so that no size can overflow.
constexpr std::uint8_t max_digits = 16;

constexpr fault bad_size{
  errc::bad_request,
  "A chunk size is one to 16 hexadecimal digits, then ';' or CRLF."};
constexpr fault bad_extension{errc::bad_request,
                              "A chunk extension holds a control character."};
constexpr fault bad_line_end{errc::bad_request,
                             "A chunk size line has to end with CRLF."};
constexpr fault bad_data_end{
  errc::bad_request, "The octets of a chunk have to be followed by CRLF."};
constexpr fault large_overhead{
  errc::bad_request, "Chunk extensions and trailer fields are too large."};

} // namespace

chunked_body_scanner::chunked_body_scanner(const limits& bounds) noexcept
  : max_body_bytes_{bounds.streamed_body_bytes},
    max_overhead_bytes_{bounds.chunk_overhead_bytes},
    max_trailer_lines_{bounds.head_fields} {}

void chunked_body_scanner::reset() noexcept {
  body_bytes_ = 0;
  overhead_bytes_ = 0;
  remaining_ = 0;
  digits_ = 0;
  at_ = at::size_start;
}

result<chunked_body_scanner::progress>
chunked_body_scanner::scan(std::string_view& input, std::string_view& piece) {
  auto framed = scan_octets(
    input, [this](char c) { return step(c); },
    [this] { return !in_framing(); });
  if (!framed)
    return framed.error();
  if (*framed == http::progress::need_more)
    return progress::need_more;
  if (at_ == at::trailer)
    return scan_trailer(input);
  piece = take_piece(input);
  return piece.empty() ? progress::need_more : progress::piece;
}

bool chunked_body_scanner::in_framing() const noexcept {
  return at_ != at::data && at_ != at::trailer;
}

std::string_view
chunked_body_scanner::take_piece(std::string_view& input) noexcept {
  const auto size = std::min<std::uint64_t>(remaining_, input.size());
  const auto piece = input.substr(0, static_cast<std::size_t>(size));
  input.remove_prefix(piece.size());
  remaining_ -= size;
  if (remaining_ == 0)
    at_ = at::data_return;
  return piece;
}

result<chunked_body_scanner::progress>
chunked_body_scanner::scan_trailer(std::string_view& input) {
  auto trailer = trailer_.scan(input);
  if (!trailer)
    return trailer.error();
  return *trailer == http::progress::done ? progress::done
                                          : progress::need_more;
}

const fault* chunked_body_scanner::step(char c) noexcept {
  switch (at_) {
  case at::size_start:
  case at::size:
    return step_size(c);
  case at::extension:
    return step_extension(c);
  case at::size_end:
    return step_size_end(c);
  case at::data_return:
    return step_data_end(c, '\r', at::data_end);
  default:
    return step_data_end(c, '\n', at::size_start);
  }
}

const fault* chunked_body_scanner::step_size(char c) noexcept {
  if (const auto value = hex_value(c); value >= 0) {
    at_ = at::size;
    remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(value);
    return ++digits_ > max_digits ? &bad_size : nullptr;
  }
  if (at_ == at::size_start || (c != ';' && c != '\r'))
    return &bad_size;
  digits_ = 0;
  if (const auto* why = announce())
    return why;
  if (c == ';')
    return at_ = at::extension, step_extension(c);
  at_ = at::size_end;
  return nullptr;
}

/// A size alone may put the body over its limit: nobody need send the octets.
const fault* chunked_body_scanner::announce() noexcept {
  if (remaining_ > max_body_bytes_ - body_bytes_)
    return &large_body;
  body_bytes_ += remaining_;
  return nullptr;
}

const fault* chunked_body_scanner::step_extension(char c) noexcept {
  if (c == '\r') {
    at_ = at::size_end;
    return nullptr;
  }
  if (!is_octet(text_octet, c))
    return c == '\n' ? &bad_line_end : &bad_extension;
  if (overhead_bytes_ == max_overhead_bytes_)
    return &large_overhead;
  ++overhead_bytes_;
  return nullptr;
}

const fault* chunked_body_scanner::step_size_end(char c) noexcept {
  if (c != '\n')
    return &bad_line_end;
  if (remaining_ > 0) {
    at_ = at::data;
    return nullptr;
  }
  trailer_.start({max_overhead_bytes_ - overhead_bytes_, &large_overhead,
                  max_trailer_lines_});
  at_ = at::trailer;
  return nullptr;
}

const fault* chunked_body_scanner::step_data_end(char c, char wanted,
                                                 at next) noexcept {
  at_ = next;
  return c == wanted ? nullptr : &bad_data_end;
}

} // namespace lungo::http
