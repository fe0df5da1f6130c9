#pragma once

#include "lungo/result.hpp"
#include "lungo/sse/event.hpp"
#include "lungo/topic/position.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lungo::topic {

/// An event on its way into a topic.
struct publication {
  /// With data, and without an id: the log assigns those.
  sse::event what{};
  /// The publisher's own name for it: the same one again, within the window of
  /// the topic, is answered as the first was and published no second time.
  std::string message_id{};
  /// The reader that does not get it, by the id of its actor; 0: none.
  std::uint64_t except = 0;
};

/// The texts of an event beside its key, in octets.
std::size_t text_octets(const sse::event& what) noexcept;

/// All texts of it, in octets: what limits count.
std::size_t octets(const publication& what) noexcept;

/// What became of a publication.
struct published {
  position at;
  bool duplicate = false; ///< It was there already.
};

/// May a topic have this name? 1 to 200 octets of UTF-8 without control
/// characters (`errc::bad_request`).
result<void> check_name(std::string_view topic);

/// May this be published, as far as that does not depend on the topic?
/// (`errc::bad_request`).
result<void> check(const publication& what);

} // namespace lungo::topic
