#include "lungo/middleware/bearer_auth.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lungo {

namespace {

// -- grammar ------------------------------------------------------------------

bool is_token_octet(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9')
         || std::string_view{"-._~+/"}.find(c) != std::string_view::npos;
}

/// RFC 6750, 2.1: `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" )
/// *"="`.
bool is_b64token(std::string_view text) {
  auto core = text.substr(0, text.find_last_not_of('=') + 1);
  return !core.empty() && std::all_of(core.begin(), core.end(), is_token_octet);
}

/// RFC 6749, 3.3; no octet of it needs an escape in a quoted string.
bool is_scope_octet(char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/// Calls `use` with each scope of `list`, also with an empty one where a space
/// is too much, until it says false; returns whether it never did.
template <class Use>
bool all_scopes(std::string_view list, Use use) {
  if (list.empty())
    return true;
  for (;;) {
    auto end = list.find(' ');
    if (!use(list.substr(0, end)))
      return false;
    if (end == list.npos)
      return true;
    list.remove_prefix(end + 1);
  }
}

/// RFC 9110, 5.6.4.
std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + '"';
}

// -- options ------------------------------------------------------------------

bool is_scope(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_scope_octet);
}

void check(const bearer_auth& rules) {
  if (!rules.check)
    throw invalid_value{"bearer_auth: there is no check; see static_tokens"};
  if (rules.realm.empty())
    throw invalid_value{"bearer_auth: the realm is empty"};
  http::check_field("WWW-Authenticate", quoted_string(rules.realm)).value();
  if (!all_scopes(rules.scope, is_scope))
    throw invalid_value{"bearer_auth: the scope is no list of scopes, parted "
                        "by single spaces"};
}

// -- judgement ----------------------------------------------------------------

/// The token that the request brings, if any.
result<std::optional<std::string_view>> token_of(const http::request& request) {
  using found = std::optional<std::string_view>;
  auto sent = request.fields.all("Authorization");
  if (sent.empty())
    return found{};
  if (sent.size() > 1)
    return error{errc::bad_request, "send one Authorization field only"};
  auto scheme = sent.front().substr(0, sent.front().find(' '));
  if (!http::iequals(scheme, "Bearer"))
    return found{};
  auto token = sent.front().substr(scheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (!is_b64token(token))
    return error{errc::bad_request, "what follows Bearer is no token"};
  return found{token};
}

/// Refuses with a challenge; its error is one of RFC 6750, 3.1, or empty.
http::verdict refuse(const bearer_auth& rules, const error& why,
                     std::string_view name) {
  auto challenge = "Bearer realm=" + quoted_string(rules.realm);
  if (!name.empty())
    challenge += fmt::format(", error=\"{}\"", name);
  if (why.code == errc::forbidden)
    challenge += fmt::format(", scope=\"{}\"", rules.scope);
  auto answer = http::error_response(why);
  answer.fields.set("WWW-Authenticate", std::move(challenge));
  return http::replace{std::move(answer)};
}

bool has_all_scopes(const principal& who, std::string_view needed) {
  return all_scopes(needed, [&who](std::string_view scope) {
    return std::find(who.scopes.begin(), who.scopes.end(), scope)
           != who.scopes.end();
  });
}

/// Compares in a time that depends on the lengths alone, however much of
/// `given` is right; `volatile` keeps the loop from being cut short.
bool same_secret(std::string_view given, std::string_view secret) {
  volatile unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    auto xored = given[i] ^ secret[i % secret.size()];
    difference = difference | static_cast<unsigned>(xored);
  }
  return difference == 0;
}

} // namespace

http::verdict enter(const bearer_auth& rules, const http::request& request) {
  auto token = token_of(request);
  if (!token)
    return refuse(rules, token.error(), "invalid_request");
  if (!*token)
    return refuse(rules, {errc::unauthorized, "this needs a bearer token"}, "");
  auto who = rules.check(**token);
  if (!who)
    return refuse(rules, {errc::unauthorized, "this token is not valid"},
                  "invalid_token");
  if (!has_all_scopes(*who, rules.scope))
    return refuse(rules, {errc::forbidden, "this token does not permit that"},
                  "insufficient_scope");
  return http::amend{}.attribute("subject", std::move(who->subject));
}

token_check
static_tokens(std::vector<std::pair<std::string, principal>> tokens) {
  for (auto at = tokens.begin(); at != tokens.end(); ++at) {
    auto same = [at](const auto& other) { return other.first == at->first; };
    if (!is_b64token(at->first))
      throw invalid_value{"static_tokens: one is no token; use letters, digits "
                          "and -._~+/ with = at the end"};
    if (std::any_of(tokens.begin(), at, same))
      throw invalid_value{"static_tokens: one token is listed twice"};
  }
  return [tokens = std::move(tokens)](std::string_view given) {
    const principal* found = nullptr;
    for (const auto& [secret, who] : tokens)
      if (same_secret(given, secret))
        found = &who;
    return found ? std::optional{*found} : std::nullopt;
  };
}

bearer_auth::operator middleware() const {
  lungo::check(*this);
  auto judge
    = [rules = *this](const http::request& r) { return enter(rules, r); };
  return make_middleware("bearer_auth", {.enter = judge, .review = nullptr});
}

} // namespace lungo
