#include "lungo/handshake/extension.hpp"

#include <utility>

namespace lungo::handshake {

namespace {

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";

/// A value is a token, quoted or not: what quotes and backslashes protect may
/// hold nothing else (RFC 6455, 9.1).
std::optional<std::string> parse_value(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return http::is_token(text) ? std::optional{std::string{text}}
                                : std::nullopt;
  std::string value;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      ++i;
    value.push_back(text[i]);
  }
  return http::is_token(value) ? std::optional{std::move(value)} : std::nullopt;
}

std::optional<extension::param> parse_param(std::string_view text) {
  const auto parts = http::split_unquoted(text, '=');
  if (parts.size() > 2 || !http::is_token(parts.front()))
    return std::nullopt;
  if (parts.size() == 1)
    return extension::param{parts.front(), std::nullopt};
  auto value = parse_value(parts.back());
  if (!value)
    return std::nullopt;
  return extension::param{parts.front(), std::move(value)};
}

std::optional<extension> parse_extension(std::string_view text) {
  const auto parts = http::split_unquoted(text, ';');
  if (!http::is_token(parts.front()))
    return std::nullopt;
  extension made{parts.front(), {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto param = parse_param(parts[i]);
    if (!param)
      return std::nullopt;
    made.params.push_back(std::move(*param));
  }
  return made;
}

} // namespace

std::optional<std::vector<extension>>
parse_extensions(const http::fields& fields) {
  std::vector<extension> offered;
  for (auto element : fields.elements(field_name)) {
    auto one = parse_extension(element);
    if (!one)
      return std::nullopt;
    offered.push_back(std::move(*one));
  }
  if (offered.empty() && fields.contains(field_name))
    return std::nullopt;
  return offered;
}

} // namespace lungo::handshake
