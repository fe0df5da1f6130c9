#include "lungo/http/request_line.hpp"

namespace lungo::http {

namespace {

/// Old clients send one CRLF too much after a body; nobody needs many.
constexpr std::uint8_t max_empty_octets = 2 * 4;

constexpr fault bad_line_end{errc::bad_request, "A line has to end with CRLF."};
constexpr fault many_empty_lines{
  errc::bad_request, "There are too many empty lines before the request."};
constexpr fault bad_method{
  errc::bad_request,
  "A request starts with a method, which is a token, and one space."};
constexpr fault long_method{errc::not_implemented,
                            "No method has so long a name."};
constexpr fault bad_target{errc::bad_request,
                           "The request target holds an octet that has to be "
                           "percent-encoded, or is missing."};
constexpr fault long_target{errc::uri_too_long,
                            "The request target is too long."};
constexpr fault bad_version{
  errc::bad_request,
  "After the request target come one space, HTTP/1.1 and CRLF."};
constexpr fault unknown_version{errc::version_not_supported,
                                "Only HTTP/1.1 and HTTP/1.0 are spoken here."};

} // namespace

request_line_scanner::request_line_scanner(const limits& bounds) noexcept
  : head_bytes_{bounds.head_bytes},
    target_bytes_{bounds.target_bytes} {}

result<progress>
request_line_scanner::skip_empty_lines(std::string_view& input) {
  auto done = [&] {
    return empty_octets_ % 2 == 0 && !input.empty() && input.front() != '\r'
           && input.front() != '\n';
  };
  while (!input.empty() && !done()) {
    if (auto why = step_empty_line(input.front()))
      return why->to_error();
    input.remove_prefix(1);
  }
  return done() ? progress::done : progress::need_more;
}

result<progress> request_line_scanner::scan(std::string_view& input) {
  return scan_octets(
    input, [this](char c) { return step(c); },
    [this] { return part_ == part::done; });
}

void request_line_scanner::reset() noexcept {
  size_ = 0;
  part_size_ = 0;
  part_ = part::method;
  empty_octets_ = 0;
  version_ = 0;
}

const fault* request_line_scanner::step_empty_line(char c) noexcept {
  if (empty_octets_ == max_empty_octets)
    return &many_empty_lines;
  return c == "\r\n"[empty_octets_++ % 2] ? nullptr : &bad_line_end;
}

const fault* request_line_scanner::step(char c) noexcept {
  // A method that fills a head is none we know (RFC 9112, 3); if anything else
  // of the line does, the target is to blame.
  if (size_ == head_bytes_)
    return part_ == part::method ? &long_method : &long_target;
  ++size_;
  switch (part_) {
  case part::method:
    return step_method(c);
  case part::target:
    return step_target(c);
  default:
    return step_version(c);
  }
}

const fault* request_line_scanner::step_method(char c) noexcept {
  if (is_octet(token_octet, c))
    return nullptr;
  if (c != ' ' || size_ == 1)
    return &bad_method;
  part_ = part::target;
  return nullptr;
}

const fault* request_line_scanner::step_target(char c) noexcept {
  if (is_octet(target_octet, c))
    return ++part_size_ > target_bytes_ ? &long_target : nullptr;
  if (c == '\r' || c == '\n')
    return &bad_version;
  if (c != ' ' || part_size_ == 0)
    return &bad_target;
  part_size_ = 0;
  part_ = part::version;
  return nullptr;
}

const fault* request_line_scanner::step_version(char c) noexcept {
  constexpr std::string_view shape = "HTTP/#.#\r\n";
  const char wanted = shape[part_size_++];
  if (wanted == '#' ? !is_digit(c) : c != wanted)
    return &bad_version;
  if (wanted == '#')
    version_ = static_cast<std::uint8_t>(version_ * 10 + (c - '0'));
  if (part_size_ < shape.size())
    return nullptr;
  part_ = part::done;
  return version_ == 10 || version_ == 11 ? nullptr : &unknown_version;
}

} // namespace lungo::http
