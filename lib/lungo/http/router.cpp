#include "lungo/http/router.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace lungo::http {

namespace {

constexpr std::size_t method_count
  = static_cast<std::size_t>(method::patch) + 1;
constexpr std::string_view rest_name = "**";

constexpr std::size_t index_of(method m) noexcept {
  return static_cast<std::size_t>(m);
}

/// Takes the first segment off `path`, which starts with `/`.
std::string_view take_segment(std::string_view& path) noexcept {
  path.remove_prefix(1);
  auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

/// `text` without its encoding; nothing if an escape is malformed.
std::optional<std::string> decode(std::string_view text) {
  auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded)
    return std::nullopt;
  return encoded->decode();
}

/// Is `.` or `..` between two slashes of `text`? The slashes may have come
/// from `%2F`.
bool has_dots(std::string_view text) noexcept {
  while (!text.empty()) {
    auto part = text.substr(0, text.find('/'));
    if (part == "." || part == "..")
      return true;
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return false;
}

/// May a decoded segment be compared at all?
bool is_plain(std::string_view text) noexcept {
  return text.find('\0') == text.npos && !has_dots(text);
}

/// The decoded segments of a path. They lie in one text with slashes between
/// them, so that the rest of the path from any of them on is one view.
class segments {
public:
  segments() = default;
  segments(const segments&) = delete;
  segments& operator=(const segments&) = delete;

  /// False if no route may have this path. `path` must outlive this.
  bool split(std::string_view path) {
    text_ = path;
    if (path.find('%') != path.npos)
      return split_encoded(path);
    while (!path.empty())
      list_.push_back(take_segment(path));
    return is_plain(text_);
  }

  std::size_t size() const noexcept { return list_.size(); }

  std::string_view operator[](std::size_t i) const noexcept { return list_[i]; }

  /// All from segment `i` on, with the slashes between them.
  std::string_view rest(std::size_t i) const noexcept {
    if (i == list_.size())
      return {};
    return text_.substr(
      static_cast<std::size_t>(list_[i].data() - text_.data()));
  }

private:
  bool split_encoded(std::string_view path) {
    // No text grows by decoding, so no view into it is ever invalidated.
    decoded_.reserve(path.size());
    while (!path.empty()) {
      auto segment = decode(take_segment(path));
      if (!segment)
        return false;
      decoded_ += '/';
      decoded_ += *segment;
      list_.push_back(
        std::string_view{decoded_}.substr(decoded_.size() - segment->size()));
    }
    text_ = decoded_;
    return is_plain(text_);
  }

  std::string_view text_;
  std::string decoded_;
  boost::container::small_vector<std::string_view, 16> list_;
};

/// One segment of a pattern.
struct part {
  enum class form { literal, named, any, rest };

  form kind;
  std::string text; ///< Of a literal, decoded; or the name.
};

error malformed(std::string_view pattern, std::string_view why) {
  std::string sentence = "route '";
  sentence.append(pattern).append("': ").append(why);
  return {errc::invalid_value, std::move(sentence)};
}

bool is_name(std::string_view name) noexcept {
  auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), good);
}

result<part> parse_literal(std::string_view pattern, std::string_view segment) {
  if (segment.find('*') != segment.npos)
    return malformed(pattern, "'*' stands for a whole segment, '**' for all at "
                              "the end; write '%2A' for the sign itself");
  if (segment.find_first_of("?#") != segment.npos)
    return malformed(pattern, "a path ends before '?' and '#'; ask for "
                              "`query_param` in the handler");
  auto text = decode(segment);
  if (!text)
    return malformed(pattern, "an escape is malformed; write '%25' for '%'");
  if (!is_plain(*text))
    return malformed(pattern, "a segment that is '.' or '..' or holds a NUL "
                              "has no route; take it out");
  return part{part::form::literal, std::move(*text)};
}

result<part> parse_part(std::string_view pattern, std::string_view segment,
                        bool last) {
  if (segment == "*")
    return part{part::form::any, {}};
  if (segment == rest_name && last)
    return part{part::form::rest, std::string{rest_name}};
  if (!segment.starts_with(':'))
    return parse_literal(pattern, segment);
  segment.remove_prefix(1);
  if (!is_name(segment))
    return malformed(pattern, "the name after ':' is made of letters, digits, "
                              "'_' and '-'; write '%3A' for the sign itself");
  return part{part::form::named, std::string{segment}};
}

result<std::vector<part>> parse_pattern(std::string_view pattern) {
  if (!pattern.starts_with('/'))
    return malformed(pattern, "a pattern starts with '/'");
  std::vector<part> parts;
  for (auto left = pattern; !left.empty();) {
    auto segment = take_segment(left);
    auto next = parse_part(pattern, segment, left.empty());
    if (!next)
      return next.error();
    auto again = [&](const part& x) {
      return x.kind == part::form::named && x.text == next->text;
    };
    if (next->kind == part::form::named
        && std::any_of(parts.begin(), parts.end(), again))
      return malformed(pattern, "two parameters have one name; rename one");
    parts.push_back(std::move(*next));
  }
  return parts;
}

} // namespace

/// A place that patterns lead to, and what goes on from there. The nodes are a
/// tree and a search descends to each from one parent only: that is what bounds
/// going back.
struct router::node {
  /// Parameters belong to the route, since two routes may lead here under
  /// different names.
  struct route {
    std::size_t number;
    std::string pattern;
    std::vector<std::pair<std::size_t, std::string>> names; ///< By segment.
  };

  /// What is searched for, and the methods met on the way.
  struct search {
    const segments& path;
    method wanted;
    std::bitset<method_count> met;
  };

  std::unique_ptr<node>& child(const part& next) {
    switch (next.kind) {
    case part::form::named:
      return named;
    case part::form::any:
      return any;
    case part::form::rest:
      return rest;
    case part::form::literal:
      break;
    }
    return literals[next.text];
  }

  /// The best route from here on for the segments from `depth` on.
  const route* find(search& how, std::size_t depth) const {
    const route* found
      = depth == how.path.size() ? pick(how) : find_below(how, depth);
    if (found == nullptr && rest)
      found = rest->pick(how);
    return found;
  }

  const route* find_below(search& how, std::size_t depth) const {
    const route* found = nullptr;
    auto segment = how.path[depth];
    if (auto same = literals.find(segment); same != literals.end())
      found = same->second->find(how, depth + 1);
    if (found == nullptr && named && !segment.empty())
      found = named->find(how, depth + 1);
    if (found == nullptr && any)
      found = any->find(how, depth + 1);
    return found;
  }

  /// The route that ends here, for the method that is wanted.
  const route* pick(search& how) const {
    for (std::size_t i = 0; i < method_count; ++i)
      if (routes[i])
        how.met.set(i);
    const auto* exact = &routes[index_of(how.wanted)];
    if (!*exact && how.wanted == method::head)
      exact = &routes[index_of(method::get)];
    return *exact ? &**exact : nullptr;
  }

  std::map<std::string, std::unique_ptr<node>, std::less<>> literals;
  std::unique_ptr<node> named;
  std::unique_ptr<node> any;
  std::unique_ptr<node> rest;
  std::array<std::optional<route>, method_count> routes;
};

namespace {

std::vector<std::pair<std::size_t, std::string>>
names_of(const std::vector<part>& parts) {
  std::vector<std::pair<std::size_t, std::string>> names;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].kind == part::form::named || parts[i].kind == part::form::rest)
      names.emplace_back(i, parts[i].text);
  return names;
}

error ambiguous(method m, std::string_view first, std::string_view second) {
  std::string sentence{to_string(m)};
  sentence.append(" '").append(second);
  sentence.append("' is never told apart from '").append(first);
  sentence.append("', which was added before; take one of them out");
  return {errc::ambiguous_route, std::move(sentence)};
}

std::vector<method> allowed_methods(std::bitset<method_count> met) {
  if (met[index_of(method::get)])
    met.set(index_of(method::head));
  met.set(index_of(method::options));
  std::vector<method> allowed;
  for (std::size_t i = 0; i < method_count; ++i)
    if (met[i])
      allowed.push_back(static_cast<method>(i));
  return allowed;
}

} // namespace

router::router() : root_{std::make_unique<node>()} {}
router::~router() = default;
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;

result<std::size_t> router::add(method m, std::string_view pattern) {
  auto parts = parse_pattern(pattern);
  if (!parts)
    return parts.error();
  auto* at = root_.get();
  for (const auto& next : *parts) {
    auto& child = at->child(next);
    if (!child)
      child = std::make_unique<node>();
    at = child.get();
  }
  auto& place = at->routes[index_of(m)];
  if (place)
    return ambiguous(m, place->pattern, pattern);
  place = node::route{routes_, std::string{pattern}, names_of(*parts)};
  return routes_++;
}

router::outcome router::find(method m, std::string_view path) const {
  segments split_path;
  if (!path.starts_with('/') || !split_path.split(path))
    return no_route{};
  node::search how{split_path, m, {}};
  const auto* found = root_->find(how, 0);
  if (found == nullptr && how.met.none())
    return no_route{};
  if (found == nullptr)
    return wrong_method{allowed_methods(how.met)};
  match made{found->number, {}};
  made.params.reserve(found->names.size());
  for (const auto& [i, name] : found->names)
    made.params.emplace_back(name, name == rest_name ? split_path.rest(i)
                                                     : split_path[i]);
  return made;
}

} // namespace lungo::http
