#include "answer_reader.hpp"

#include <charconv>
#include <stdexcept>

namespace bench {

std::optional<std::string_view> answer_reader::put(std::string_view input) {
  constexpr std::string_view head_end = "\r\n\r\n";
  constexpr std::string_view length_name = "Content-Length: ";
  if (answered_)
    held_.clear();
  held_ += input;
  std::string_view all = held_;
  auto end = all.find(head_end);
  answered_ = false;
  if (end == all.npos)
    return std::nullopt;
  auto length_at = all.find(length_name);
  if (!all.starts_with("HTTP/1.1 2") || length_at > end)
    throw std::runtime_error("this is no answer: " + held_);
  std::size_t length = 0;
  length_at += length_name.size();
  std::from_chars(all.data() + length_at, all.data() + end, length);
  all.remove_prefix(end + head_end.size());
  if (all.size() < length)
    return std::nullopt;
  if (all.size() > length)
    throw std::runtime_error("an answer without a request: " + held_);
  answered_ = true;
  return all;
}

} // namespace bench
