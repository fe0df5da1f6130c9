#include "lungo/http/fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lungo::http {

namespace {

/// The octets of a token, by value.
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c)
    table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c)
    table[c] = table[c - 'a' + 'A'] = true;
  for (char c : std::string_view{"!#$%&'*+-.^_`|~"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr auto token_table = make_token_table();

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

constexpr bool is_control(char c) noexcept {
  auto octet = static_cast<unsigned char>(c);
  return (octet < 0x20 && c != '\t') || octet == 0x7f;
}

/// The start of `name` as it may stand in a log: a refused name may hold
/// anything, also line ends.
std::string printable(std::string_view name) {
  constexpr std::size_t longest = 64;
  std::string out{name.substr(0, longest)};
  auto unprintable = [](unsigned char c) { return c < 0x20 || c > 0x7e; };
  std::replace_if(out.begin(), out.end(), unprintable, '?');
  if (name.size() > longest)
    out += "...";
  return out;
}

error refusal(std::string_view name, std::string_view why) {
  std::string sentence = "field '";
  sentence += printable(name);
  sentence += "': ";
  sentence += why;
  return {errc::invalid_value, std::move(sentence)};
}

std::string_view why_control(char c) noexcept {
  switch (c) {
  case '\r':
  case '\n':
    return "the value holds a line end (CR or LF); take it out, or add one "
           "field for each line";
  case '\0':
    return "the value holds a NUL; take it out or encode it";
  default:
    return "the value holds a control character; take it out or encode it";
  }
}

/// Where the first `mark` stands that is in no quoted string (RFC 9110, 5.6.4);
/// at the end if there is none.
std::size_t find_unquoted(std::string_view text, char mark) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == mark && !quoted)
      return i;
  }
  return text.size();
}

bool list_has(std::string_view list, std::string_view token) noexcept {
  while (!list.empty()) {
    auto end = find_unquoted(list, ',');
    if (iequals(trim_ows(list.substr(0, end)), token))
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

auto named(std::string_view name) noexcept {
  return [name](const field& x) { return iequals(x.name, name); };
}

} // namespace

bool is_token(std::string_view name) noexcept {
  auto good = [](char c) { return token_table[static_cast<unsigned char>(c)]; };
  return !name.empty() && std::all_of(name.begin(), name.end(), good);
}

bool iequals(std::string_view a, std::string_view b) noexcept {
  auto same = [](char x, char y) { return lower(x) == lower(y); };
  return a.size() == b.size()
         && std::equal(a.begin(), a.end(), b.begin(), same);
}

std::string_view trim_ows(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_unquoted(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto end = find_unquoted(text, mark);
    parts.push_back(trim_ows(text.substr(0, end)));
    if (end == text.size())
      return parts;
    text.remove_prefix(end + 1);
  }
}

result<void> check_field(std::string_view name, std::string_view value) {
  if (!is_token(name))
    return refusal(name, "the name is no token; use letters, digits and '-'");
  auto bad = std::find_if(value.begin(), value.end(), is_control);
  if (bad != value.end())
    return refusal(name, why_control(*bad));
  if (trim_ows(value).size() != value.size())
    return refusal(name, "the value begins or ends with a blank; take it off");
  return {};
}

field make_field(std::string name, std::string value) {
  auto core = trim_ows(value);
  if (core.size() != value.size())
    value = std::string{core};
  if (auto checked = check_field(name, value); !checked)
    throw invalid_value{checked.error().message};
  return {std::move(name), std::move(value)};
}

fields::fields(std::initializer_list<field> init) {
  entries_.reserve(init.size());
  for (const auto& x : init)
    add(x.name, x.value);
}

fields& fields::add(std::string name, std::string value) {
  entries_.push_back(make_field(std::move(name), std::move(value)));
  return *this;
}

fields& fields::set(std::string name, std::string value) {
  auto fresh = make_field(std::move(name), std::move(value));
  auto same = named(fresh.name);
  auto first = std::find_if(entries_.begin(), entries_.end(), same);
  if (first == entries_.end()) {
    entries_.push_back(std::move(fresh));
    return *this;
  }
  entries_.erase(std::remove_if(first + 1, entries_.end(), same),
                 entries_.end());
  *first = std::move(fresh);
  return *this;
}

std::size_t fields::remove(std::string_view name) {
  return std::erase_if(entries_, named(name));
}

std::optional<std::string_view>
fields::get(std::string_view name) const noexcept {
  auto first = std::find_if(entries_.begin(), entries_.end(), named(name));
  if (first == entries_.end())
    return std::nullopt;
  return first->value;
}

std::vector<std::string_view> fields::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& x : entries_)
    if (iequals(x.name, name))
      values.push_back(x.value);
  return values;
}

std::vector<std::string_view> fields::elements(std::string_view name) const {
  std::vector<std::string_view> found;
  for (auto list : all(name))
    for (auto element : split_unquoted(list, ','))
      if (!element.empty())
        found.push_back(element);
  return found;
}

bool fields::contains(std::string_view name) const noexcept {
  return get(name).has_value();
}

bool fields::has_token(std::string_view name,
                       std::string_view token) const noexcept {
  auto has = [&](const field& x) {
    return iequals(x.name, name) && list_has(x.value, token);
  };
  return !token.empty() && std::any_of(entries_.begin(), entries_.end(), has);
}

} // namespace lungo::http
