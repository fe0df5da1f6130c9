#include "event_stream_parser.hpp"

#include "lungo/sse/event.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

namespace lungo::test {

std::vector<stream_event> event_stream_parser::feed(std::string_view octets) {
  for (char c : octets) {
    auto second_of_crlf = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (second_of_crlf)
      continue;
    if (c == '\r' || c == '\n')
      end_line();
    else
      line_ += c;
  }
  return std::exchange(fired_, {});
}

void event_stream_parser::end_line() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  auto whole = std::exchange(line_, {});
  std::string_view line = whole;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (sse::check_data(line).has_error())
    throw std::runtime_error("a line of the event stream is not UTF-8");
  if (line.empty())
    return dispatch();
  auto colon = line.find(':');
  if (colon == line.npos)
    return read_field(line, {});
  auto value = line.substr(colon + 1);
  if (colon == 0)
    return comments_.emplace_back(value), void();
  if (value.starts_with(' '))
    value.remove_prefix(1);
  read_field(line.substr(0, colon), value);
}

void event_stream_parser::read_field(std::string_view name,
                                     std::string_view value) {
  if (name == "event")
    type_ = value;
  else if (name == "data")
    (data_ += value) += '\n';
  else if (name == "id" && value.find('\0') == value.npos)
    id_ = value;
  else if (name == "retry") {
    std::uint64_t ms = 0;
    auto end = value.data() + value.size();
    auto [stop, failed] = std::from_chars(value.data(), end, ms);
    if (failed == std::errc{} && stop == end)
      retry_ms_ = ms;
  }
}

void event_stream_parser::dispatch() {
  last_id_ = id_;
  auto type = std::exchange(type_, {});
  auto data = std::exchange(data_, {});
  if (data.empty())
    return;
  data.pop_back();
  if (type.empty())
    type = "message";
  fired_.push_back({std::move(type), std::move(data), last_id_});
}

std::vector<stream_event> read_event_stream(std::string_view octets) {
  return event_stream_parser{}.feed(octets);
}

} // namespace lungo::test
