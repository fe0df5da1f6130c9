#include "lungo/http/message.hpp"

#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace lungo::http {

namespace {

/// In the order of `method`.
constexpr std::array<std::string_view, 9> method_names{
  "GET",     "HEAD",    "POST",  "PUT",   "DELETE",
  "CONNECT", "OPTIONS", "TRACE", "PATCH",
};

struct phrase {
  std::uint16_t code;
  std::string_view text;
};

/// The registry of RFC 9110, 16.2.1, sorted by code.
constexpr phrase phrases[] = {
  {100, "Continue"},
  {101, "Switching Protocols"},
  {102, "Processing"},
  {103, "Early Hints"},
  {200, "OK"},
  {201, "Created"},
  {202, "Accepted"},
  {203, "Non-Authoritative Information"},
  {204, "No Content"},
  {205, "Reset Content"},
  {206, "Partial Content"},
  {207, "Multi-Status"},
  {208, "Already Reported"},
  {226, "IM Used"},
  {300, "Multiple Choices"},
  {301, "Moved Permanently"},
  {302, "Found"},
  {303, "See Other"},
  {304, "Not Modified"},
  {305, "Use Proxy"},
  {307, "Temporary Redirect"},
  {308, "Permanent Redirect"},
  {400, "Bad Request"},
  {401, "Unauthorized"},
  {402, "Payment Required"},
  {403, "Forbidden"},
  {404, "Not Found"},
  {405, "Method Not Allowed"},
  {406, "Not Acceptable"},
  {407, "Proxy Authentication Required"},
  {408, "Request Timeout"},
  {409, "Conflict"},
  {410, "Gone"},
  {411, "Length Required"},
  {412, "Precondition Failed"},
  {413, "Content Too Large"},
  {414, "URI Too Long"},
  {415, "Unsupported Media Type"},
  {416, "Range Not Satisfiable"},
  {417, "Expectation Failed"},
  {421, "Misdirected Request"},
  {422, "Unprocessable Content"},
  {423, "Locked"},
  {424, "Failed Dependency"},
  {425, "Too Early"},
  {426, "Upgrade Required"},
  {428, "Precondition Required"},
  {429, "Too Many Requests"},
  {431, "Request Header Fields Too Large"},
  {451, "Unavailable For Legal Reasons"},
  {500, "Internal Server Error"},
  {501, "Not Implemented"},
  {502, "Bad Gateway"},
  {503, "Service Unavailable"},
  {504, "Gateway Timeout"},
  {505, "HTTP Version Not Supported"},
  {506, "Variant Also Negotiates"},
  {507, "Insufficient Storage"},
  {508, "Loop Detected"},
  {511, "Network Authentication Required"},
};

/// `text` of a query without its encoding; nothing if an escape is malformed.
std::optional<std::string> decode_query_text(std::string_view text) {
  auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded)
    return std::nullopt;
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  return encoded->decode(options);
}

response typed(std::string_view type, std::string body, status s) {
  response out;
  out.status = s;
  out.fields.add("Content-Type", std::string{type});
  out.body = std::move(body);
  return out;
}

} // namespace

std::string_view to_string(method m) noexcept {
  auto index = static_cast<std::size_t>(m);
  return index < method_names.size() ? method_names[index] : "";
}

std::optional<method> parse_method(std::string_view name) noexcept {
  auto found = std::find(method_names.begin(), method_names.end(), name);
  if (found == method_names.end())
    return std::nullopt;
  return static_cast<method>(found - method_names.begin());
}

std::string_view reason_phrase(status s) noexcept {
  auto code = static_cast<std::uint16_t>(s);
  auto before = [](const phrase& x, std::uint16_t c) { return x.code < c; };
  auto found
    = std::lower_bound(std::begin(phrases), std::end(phrases), code, before);
  if (found == std::end(phrases) || found->code != code)
    return {};
  return found->text;
}

std::string_view request::param(std::string_view name) const noexcept {
  for (const auto& [key, value] : params)
    if (key == name)
      return value;
  return {};
}

std::optional<std::string> request::query_param(std::string_view name) const {
  for (std::string_view rest = query; !rest.empty();) {
    auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    auto key = pair.substr(0, pair.find('='));
    if (decode_query_text(key) != name)
      continue;
    pair.remove_prefix(std::min(key.size() + 1, pair.size()));
    if (auto value = decode_query_text(pair))
      return value;
  }
  return std::nullopt;
}

std::string_view request::attribute(std::string_view name) const noexcept {
  auto same = [name](const auto& x) { return x.first == name; };
  auto last = std::find_if(attributes.rbegin(), attributes.rend(), same);
  return last == attributes.rend() ? std::string_view{} : last->second;
}

response response::with(std::string name, std::string value) && {
  fields.add(std::move(name), std::move(value));
  return std::move(*this);
}

response text(std::string body, status s) {
  return typed("text/plain; charset=utf-8", std::move(body), s);
}

response html(std::string body, status s) {
  return typed("text/html; charset=utf-8", std::move(body), s);
}

response json(std::string body, status s) {
  return typed("application/json", std::move(body), s);
}

response empty(status s) {
  response out;
  out.status = s;
  return out;
}

response error_response(const error& err) {
  return text(err.message, status_for(err.code));
}

} // namespace lungo::http
