#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::test {

/// What a listener of EventSource is given.
struct stream_event {
  std::string type;
  std::string data;
  std::string last_event_id;

  bool operator==(const stream_event&) const = default;
};

/// Reads an event stream as a browser does (WHATWG HTML, 9.2.6), fed in pieces
/// that may be cut anywhere. Strict in one thing: where a browser would show
/// U+FFFD for octets that are not UTF-8, this one throws std::runtime_error.
class event_stream_parser {
public:
  /// The events that fired while `octets` were read. What no blank line has
  /// ended yet is kept, and lost with the parser, as in the standard.
  std::vector<stream_event> feed(std::string_view octets);

  /// The id that a client would send now if it had to connect anew.
  const std::string& last_event_id() const noexcept { return last_id_; }

  /// The last valid retry time, in milliseconds; browsers have a default.
  std::optional<std::uint64_t> retry_ms() const noexcept { return retry_ms_; }

  /// The comments so far, without their colon. Browsers drop them.
  const std::vector<std::string>& comments() const noexcept {
    return comments_;
  }

private:
  void end_line();
  void read_field(std::string_view name, std::string_view value);
  void dispatch();

  std::string line_;
  bool first_line_ = true;
  bool after_cr_ = false;
  std::string type_;
  std::string data_;
  std::string id_;
  std::string last_id_;
  std::optional<std::uint64_t> retry_ms_;
  std::vector<std::string> comments_;
  std::vector<stream_event> fired_;
};

/// All events of a whole stream.
std::vector<stream_event> read_event_stream(std::string_view octets);

} // namespace lungo::test
