#pragma once

#include "lungo/result.hpp"
#include "lungo/sse/frame.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lungo::sse {

/// One event of an event stream (WHATWG HTML, 9.2). It is valid from the moment
/// it exists: each setter refuses what no event can carry, so encoding cannot
/// fail and nothing invalid ever travels in a message. A setter that throws
/// leaves the event as it was.
///
/// Without data it is a block that moves the id, the retry time or nothing (a
/// comment); browsers fire no event for it. With empty data they do.
class event {
public:
  event() = default;

  /// @throws invalid_value if `text` is not UTF-8.
  explicit event(std::string text);

  /// A block with a comment only. Lines are split as those of data are.
  /// @throws invalid_value if `text` is not UTF-8.
  static event comment(std::string text);

  /// Text of any number of lines: CRLF, CR and LF each end one, and the client
  /// reads LF for each.
  /// @throws invalid_value if it is not UTF-8.
  event& data(std::string text);

  /// The event's type; empty means `message`. `open` and `error` are allowed,
  /// but reach the handlers that a page has for EventSource's own events of
  /// these names: better choose others.
  /// @throws invalid_value on CR, LF, or what is not UTF-8.
  event& name(std::string text);

  /// The id that the client sends back as `Last-Event-ID`; an empty one makes
  /// it forget the last. Kept to `[A-Za-z0-9._~-]`, it needs no CORS preflight.
  /// @throws invalid_value on CR, LF, NUL, or what is not UTF-8.
  event& id(std::string text);
  event& id(std::uint64_t number);

  /// How long the client waits before it connects anew.
  /// @throws invalid_value if negative.
  event& retry(std::chrono::milliseconds pause);

  /// What the policy `coalesce` compares; any text, it stays in the server.
  event& key(std::string text);

  const std::optional<std::string>& data() const noexcept { return data_; }
  const std::string& name() const noexcept { return name_; }
  /// The type that a browser sees: the name, or `message`.
  const std::string& type() const noexcept;
  const std::optional<std::string>& id() const noexcept { return id_; }
  std::optional<std::chrono::milliseconds> retry() const noexcept {
    return retry_;
  }

  /// The key that was set, else the type that a browser sees. Empty for a block
  /// without data: a heartbeat replaces nothing and nothing replaces it.
  const std::string& key() const noexcept;

  const std::optional<std::string>& comment() const noexcept {
    return comment_;
  }

  bool operator==(const event&) const = default;

private:
  std::optional<std::string> data_;
  std::optional<std::string> id_;
  std::optional<std::string> comment_;
  std::optional<std::chrono::milliseconds> retry_;
  std::string name_;
  std::string key_;
};

/// The block of `e` with its empty line, as it stands on the wire. An event
/// with nothing to say is an empty comment.
std::string encode_block(const event& e);

/// `e` encoded once, ready to be sent to any number of connections. It is
/// resumable if it has an id that is not empty.
frame encode(const event& e);

/// What a value of `data`, `event` or `id` may hold; `result` forms of the
/// checks that the setters throw on, for text that comes from a client
/// (`errc::bad_request`).
result<void> check_data(std::string_view text);
result<void> check_name(std::string_view text);
result<void> check_id(std::string_view text);

} // namespace lungo::sse
