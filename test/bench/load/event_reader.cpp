#include "event_reader.hpp"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::uint64_t line_end_size = 2;

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  auto parsed
    = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (parsed.ec != std::errc{})
    throw std::runtime_error("a number was expected: " + std::string{text});
  return value;
}

/// 0, which is the number of no event, if `text` is more or less than one.
std::uint64_t number_or_none(std::string_view text) {
  std::uint64_t value = 0;
  auto* end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end ? value : 0;
}

std::string_view cut(std::string_view& input, std::size_t size) {
  auto piece = input.substr(0, size);
  input.remove_prefix(piece.size());
  return piece;
}

} // namespace

/// The next octets of the event stream itself; empty if there are none yet.
std::string_view event_reader::next_text(std::string_view& input) {
  switch (at_) {
  case place::head:
    take_head(input);
    return {};
  case place::size:
    take_size(input);
    return {};
  case place::text: {
    auto text = cut(input, left_);
    left_ -= text.size();
    if (left_ == 0) {
      at_ = place::text_end;
      left_ = line_end_size;
    }
    return text;
  }
  case place::text_end:
    left_ -= cut(input, left_).size();
    if (left_ == 0)
      at_ = place::size;
    return {};
  }
  return {};
}

void event_reader::take_head(std::string_view& input) {
  auto before = held_.size();
  held_ += input;
  auto end = held_.find(head_end);
  if (end == held_.npos)
    return input.remove_prefix(input.size());
  input.remove_prefix(end + head_end.size() - before);
  held_.resize(end);
  auto chunked = held_.find("Transfer-Encoding: chunked") != held_.npos;
  if (!held_.starts_with("HTTP/1.1 200 ")
      || held_.find("text/event-stream") == held_.npos)
    throw std::runtime_error("this is no event stream: " + held_);
  held_ = {};
  at_ = chunked ? place::size : place::text;
  // Without chunks it ends with the connection (RFC 9112, 6.3).
  left_ = std::numeric_limits<std::uint64_t>::max();
}

void event_reader::take_size(std::string_view& input) {
  auto end = input.find('\n');
  held_ += cut(input, end == input.npos ? end : end + 1);
  if (end == input.npos)
    return;
  left_ = number(held_, 16);
  held_.clear();
  if (left_ == 0)
    throw std::runtime_error("the server has ended a stream");
  at_ = place::text;
}

/// True if the line that is taken from `text` ends an event.
bool event_reader::take_line(std::string_view& text) {
  auto end = text.find('\n');
  if (end == text.npos) {
    line_ += cut(text, text.size());
    return false;
  }
  auto line = cut(text, end + 1).substr(0, end);
  if (line_.empty())
    return finish_line(line);
  line_ += line;
  auto done = finish_line(line_);
  line_.clear();
  return done;
}

bool event_reader::finish_line(std::string_view line) {
  constexpr std::string_view id = "id: ";
  constexpr std::string_view data = "data: ";
  if (line.empty())
    return std::exchange(has_data_, false);
  if (line.starts_with(id)) {
    event_.id = number_or_none(line.substr(id.size()));
  } else if (line.starts_with(data)) {
    take_data(line.substr(data.size()));
    has_data_ = true;
  }
  return false;
}

void event_reader::take_data(std::string_view data) {
  event_.made_at = number(data, 10);
  auto gap = data.find(' ');
  data.remove_prefix(gap == data.npos ? data.size() : gap + 1);
  auto second = number_or_none(data.substr(0, data.find(' ')));
  if (second != 0)
    event_.id = second;
}

} // namespace bench
