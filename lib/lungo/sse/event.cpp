#include "lungo/sse/event.hpp"

#include "lungo/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace lungo::sse {

namespace {

using namespace std::string_view_literals;

result<void> check(std::string_view text, std::string_view forbidden,
                   const char* reason) {
  if (text.find_first_of(forbidden) != text.npos)
    return error{errc::bad_request, reason};
  return check_data(text);
}

void require(const result<void>& checked) {
  if (checked.has_error())
    throw invalid_value(checked.error().message);
}

/// Calls `visit` with each line of `text`, the last one without an end. Looks
/// anew for a CR or LF only when the one found before is passed.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  auto cr = text.find('\r');
  auto lf = text.find('\n');
  for (std::size_t at = 0;;) {
    auto end = std::min(cr, lf);
    visit(text.substr(at, end - at));
    if (end == text.npos)
      return;
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    if (cr < at)
      cr = text.find('\r', at);
    if (lf < at)
      lf = text.find('\n', at);
  }
}

/// The octets that `append_lines` adds.
std::size_t room_for(std::string_view prefix, std::string_view text) {
  std::size_t room = 0;
  for_each_line(text, [&](std::string_view line) {
    room += prefix.size() + line.size() + 1;
  });
  return room;
}

void append_line(std::string& out, std::string_view prefix,
                 std::string_view text) {
  out.append(prefix).append(text) += '\n';
}

void append_lines(std::string& out, std::string_view prefix,
                  std::string_view text) {
  for_each_line(text,
                [&](std::string_view line) { append_line(out, prefix, line); });
}

} // namespace

event::event(std::string text) {
  data(std::move(text));
}

event event::comment(std::string text) {
  require(check_data(text));
  event block;
  block.comment_ = std::move(text);
  return block;
}

event& event::data(std::string text) {
  require(check_data(text));
  data_ = std::move(text);
  return *this;
}

event& event::name(std::string text) {
  require(check_name(text));
  name_ = std::move(text);
  return *this;
}

event& event::id(std::string text) {
  require(check_id(text));
  id_ = std::move(text);
  return *this;
}

event& event::id(std::uint64_t number) {
  id_ = std::to_string(number);
  return *this;
}

event& event::retry(std::chrono::milliseconds pause) {
  if (pause < pause.zero())
    throw invalid_value("the retry time of an event is negative");
  retry_ = pause;
  return *this;
}

event& event::key(std::string text) {
  key_ = std::move(text);
  return *this;
}

const std::string& event::type() const noexcept {
  static const std::string unnamed = "message";
  return name_.empty() ? unnamed : name_;
}

const std::string& event::key() const noexcept {
  return !key_.empty() || !data_ ? key_ : type();
}

std::string encode_block(const event& e) {
  constexpr auto comment = ": "sv;
  constexpr auto data = "data: "sv;
  constexpr std::size_t all_else = 64; // The other names, and the retry time.
  auto remark = std::string_view{e.comment() ? *e.comment() : ""sv};
  auto size = all_else + room_for(comment, remark) + e.name().size();
  if (e.id())
    size += e.id()->size();
  if (e.data())
    size += room_for(data, *e.data());
  std::string out;
  out.reserve(size);
  if (!remark.empty())
    append_lines(out, comment, remark);
  if (!e.name().empty())
    append_line(out, "event: ", e.name());
  if (e.id())
    append_line(out, "id: ", *e.id());
  if (e.retry())
    append_line(out, "retry: ", std::to_string(e.retry()->count()));
  if (e.data())
    append_lines(out, data, *e.data());
  if (out.empty())
    out += ":\n";
  return out += '\n';
}

frame encode(const event& e) {
  return {encode_block(e), e.key(), e.id() && !e.id()->empty()};
}

result<void> check_data(std::string_view text) {
  if (!is_utf8(text))
    return error{errc::bad_request, "an event stream is UTF-8, this is not"};
  return {};
}

result<void> check_name(std::string_view text) {
  return check(text, "\r\n"sv, "the name of an event has a CR or LF in it");
}

result<void> check_id(std::string_view text) {
  return check(text, "\r\n\0"sv,
               "the id of an event has a CR, LF or NUL in it");
}

} // namespace lungo::sse
