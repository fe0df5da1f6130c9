#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lungo::topic {

/// A place in the order of one log, as the `id` of an event says it:
/// `<epoch>-<seq>`, hexadecimal and decimal. All topics of a log share one
/// sequence, so one position resumes a reader of several. The epoch names one
/// life of the log: a position of another life is recognised, and never taken
/// for a place in this one.
struct position {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0; ///< Of the event before it; 0 is the beginning.

  bool operator==(const position&) const = default;
};

/// In `[A-Za-z0-9._~-]`, so that a page of another origin may send it back
/// without a CORS preflight.
std::string to_string(const position& at);

/// Nothing, if `text` is not what `to_string` gives.
std::optional<position> parse_position(std::string_view text);

} // namespace lungo::topic
