#include "lungo/handshake/validation.hpp"

#include "lungo/handshake/extension.hpp"
#include "lungo/handshake/origin.hpp"

#include <algorithm>

namespace lungo::handshake {

namespace {

struct question {
  const http::request& request;
  const terms& granted;
  const policy& allowed;

  const http::fields& fields() const noexcept { return request.fields; }
};

using check_result = result<void>;

error malformed(const char* why) {
  return {errc::bad_request, why};
}

/// RFC 9110, 7.8: the `Upgrade` of HTTP/1.0 is ignored.
check_result check_upgrade(const question& of) {
  if (of.request.version == http::version::http_1_0
      || !of.fields().has_token("Upgrade", "websocket"))
    return error{errc::upgrade_required,
                 "Here is a WebSocket; ask for it over HTTP/1.1 with "
                 "'Upgrade: websocket'."};
  return {};
}

/// 4.2.1, item 1.
check_result check_method(const question& of) {
  if (of.request.method != http::method::get)
    return error{errc::method_not_allowed,
                 "A WebSocket is opened by GET and by no other method."};
  return {};
}

/// 4.2.1, item 4.
check_result check_connection(const question& of) {
  if (!of.fields().has_token("Connection", "upgrade"))
    return malformed("Who sends Upgrade has to send 'Connection: Upgrade' "
                     "with it; a proxy on the way may have taken it off.");
  return {};
}

/// 4.2.1, item 6, and 4.4. The drafts before version 4 sent none.
check_result check_version(const question& of) {
  const auto versions = of.fields().all("Sec-WebSocket-Version");
  if (versions.size() != 1)
    return malformed("Send Sec-WebSocket-Version once; 13 is spoken here.");
  if (versions.front() != "13")
    return error{errc::upgrade_required,
                 "Of the WebSocket protocol version 13 is spoken here."};
  return {};
}

/// Base64 of 16 octets in its one canonical form: the last of the 22 digits
/// holds two bits of the 128, and so is one of four.
bool is_key(std::string_view text) {
  constexpr std::string_view digits
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view last_digits = "AQgw";
  constexpr std::size_t count = 22;
  return text.size() == count + 2 && text.substr(count) == "=="
         && text.find_first_not_of(digits) == count
         && last_digits.find(text[count - 1]) != last_digits.npos;
}

/// 4.2.1, item 5.
check_result check_key(const question& of) {
  const auto keys = of.fields().all("Sec-WebSocket-Key");
  if (keys.size() != 1 || !is_key(keys.front()))
    return malformed("Send Sec-WebSocket-Key once; it is the base64 of 16 "
                     "octets.");
  return {};
}

/// Its octets would be read as frames.
check_result check_body(const question& of) {
  const auto lengths = of.fields().all("Content-Length");
  auto is_zero = [](std::string_view each) { return each == "0"; };
  if (of.fields().contains("Transfer-Encoding")
      || !std::all_of(lengths.begin(), lengths.end(), is_zero))
    return malformed("A request that opens a WebSocket has no body.");
  return {};
}

/// 4.2.2, item 4, and 10.2. Only pages of browsers have an origin.
check_result check_from(const question& of) {
  const auto origins = of.fields().all("Origin");
  if (origins.empty())
    return {};
  if (origins.size() > 1 || !is_origin(origins.front()))
    return error{errc::forbidden,
                 "Origin has to be one origin: scheme://host, maybe with a "
                 "port, or null."};
  const auto host = of.fields().get("Host").value_or("");
  const auto& allowed
    = of.granted.origins ? *of.granted.origins : of.allowed.origins;
  if (is_own_origin(origins.front(), host)
      || is_allowed_origin(origins.front(), allowed))
    return {};
  return error{errc::forbidden,
               "Pages of this origin may not open this WebSocket; the setting "
               "'origins', of the route or of the server, names those that "
               "may."};
}

/// 4.1, item 10, and 11.3.4.
check_result check_subprotocols(const question& of) {
  auto names = of.fields().elements("Sec-WebSocket-Protocol");
  if (names.empty() && !of.fields().contains("Sec-WebSocket-Protocol"))
    return {};
  std::sort(names.begin(), names.end());
  if (names.empty() || !std::all_of(names.begin(), names.end(), http::is_token)
      || std::adjacent_find(names.begin(), names.end()) != names.end())
    return malformed("Sec-WebSocket-Protocol has to be a list of tokens, each "
                     "once.");
  return {};
}

/// 9.1. What is well-formed and unknown is ignored.
check_result check_extensions(const question& of) {
  if (!parse_extensions(of.fields()))
    return malformed("Sec-WebSocket-Extensions has to be a list of tokens with "
                     "parameters.");
  return {};
}

check_result check_websocket(const question& of) {
  for (auto check :
       {check_upgrade, check_method, check_connection, check_version, check_key,
        check_body, check_from, check_subprotocols, check_extensions})
    if (auto checked = check(of); !checked)
      return checked;
  return {};
}

/// RFC 9110, 15.5.22 and 15.5.6, and RFC 6455, 4.4: what the status asks for.
http::response to_response(const error& why) {
  auto answer = http::error_response(why);
  if (why.code == errc::upgrade_required)
    answer.fields.set("Upgrade", "websocket")
      .set("Sec-WebSocket-Version", "13");
  else if (why.code == errc::method_not_allowed)
    answer.fields.set("Allow", "GET");
  return answer;
}

} // namespace

std::optional<http::response> refusal(const http::request& request,
                                      const http::upgrade& wish,
                                      const policy& allowed) {
  if (wish.kind != http::upgrade_kind::websocket)
    return std::nullopt;
  auto checked = check_websocket({request, terms_of(wish), allowed});
  if (checked)
    return std::nullopt;
  return to_response(checked.error());
}

} // namespace lungo::handshake
