#include "lungo/http/field_section.hpp"

namespace lungo::http {

namespace {

constexpr fault bad_line_end{
  errc::bad_request, "A field line has to end with CRLF, and holds neither "
                     "CR nor LF otherwise."};
constexpr fault bad_name{
  errc::bad_request,
  "A field line starts with a name, which is a token, and a colon."};
constexpr fault folded{errc::bad_request,
                       "A field line starts with white space; write each field "
                       "in one line."};
constexpr fault blank_before_colon{
  errc::bad_request,
  "There is white space between a field name and its colon."};
constexpr fault bad_value{errc::bad_request,
                          "A field value holds a control character."};
constexpr fault many_lines{errc::fields_too_large,
                           "There are too many fields."};

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

} // namespace

void field_section_scanner::start(const bounds& b) noexcept {
  bounds_ = b;
  octets_ = 0;
  lines_ = 0;
  at_ = at::line_start;
}

result<progress> field_section_scanner::scan(std::string_view& input) {
  return scan_octets(
    input, [this](char c) { return step(c); },
    [this] { return at_ == at::done; });
}

const fault* field_section_scanner::step(char c) noexcept {
  if (at_ == at::section_end)
    return step_line_feed(c, at::done);
  if (at_ == at::line_start && c == '\r') {
    at_ = at::section_end;
    return nullptr;
  }
  if (octets_ == bounds_.octets)
    return bounds_.over_octets;
  ++octets_;
  switch (at_) {
  case at::line_start:
    return step_start(c);
  case at::name:
    return step_name(c);
  case at::value:
    return step_value(c);
  default:
    return step_line_feed(c, at::line_start);
  }
}

const fault* field_section_scanner::step_start(char c) noexcept {
  if (is_blank(c))
    return &folded;
  if (c == '\n')
    return &bad_line_end;
  if (!is_octet(token_octet, c))
    return &bad_name;
  if (++lines_ > bounds_.lines)
    return &many_lines;
  at_ = at::name;
  return nullptr;
}

const fault* field_section_scanner::step_name(char c) noexcept {
  if (is_octet(token_octet, c))
    return nullptr;
  if (is_blank(c))
    return &blank_before_colon;
  if (c != ':')
    return &bad_name;
  at_ = at::value;
  return nullptr;
}

const fault* field_section_scanner::step_value(char c) noexcept {
  if (is_octet(text_octet, c))
    return nullptr;
  if (c == '\n')
    return &bad_line_end;
  if (c != '\r')
    return &bad_value;
  at_ = at::line_end;
  return nullptr;
}

const fault* field_section_scanner::step_line_feed(char c, at next) noexcept {
  at_ = next;
  return c == '\n' ? nullptr : &bad_line_end;
}

} // namespace lungo::http
