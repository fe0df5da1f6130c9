#pragma once

#include <cstdint>
#include <string_view>

namespace lungo::flow {

/// What an outbox does with a frame that is over its bounds.
enum class overflow_policy : std::uint8_t {
  disconnect,  ///< Ends the connection: with resumable ids nothing is lost.
  drop_oldest, ///< Makes room by dropping from the front.
  drop_newest, ///< Drops the frame itself.
  coalesce,    ///< Keeps the newest frame per key, then as `drop_oldest`.
};

std::string_view to_string(overflow_policy policy) noexcept;

} // namespace lungo::flow
