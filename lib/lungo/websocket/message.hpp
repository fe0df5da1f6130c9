#pragma once

#include "lungo/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace lungo::websocket {

enum class message_kind : std::uint8_t {
  text,   ///< UTF-8.
  binary, ///< Any octets.
};

/// One message of a WebSocket (RFC 6455, 5.6), however many frames it came in.
/// Made by `text` and `binary`, and valid from the moment it exists.
class message {
public:
  /// An empty text.
  message() = default;

  message_kind kind() const noexcept { return kind_; }
  bool is_text() const noexcept { return kind_ == message_kind::text; }
  const std::string& payload() const noexcept { return payload_; }

  /// The payload without a copy of it. The message is empty afterwards.
  std::string take_payload() && { return std::exchange(payload_, {}); }

  /// What the policy `coalesce` compares; any text, it stays in the server.
  /// Without one a message replaces nothing and nothing replaces it.
  message& key(std::string text);
  const std::string& key() const noexcept { return key_; }

  bool operator==(const message&) const = default;

private:
  friend class decoder;
  friend message text(std::string payload);
  friend message binary(std::string payload);

  message(message_kind kind, std::string payload)
    : payload_(std::move(payload)),
      kind_(kind) {}

  std::string payload_;
  std::string key_;
  message_kind kind_ = message_kind::text;
};

/// @throws invalid_value if `payload` is not UTF-8.
message text(std::string payload);

message binary(std::string payload);

/// What `text` throws on, for text that comes from a client
/// (`errc::bad_request`).
result<void> check_text(std::string_view payload);

} // namespace lungo::websocket
