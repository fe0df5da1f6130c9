#pragma once

#include <array>
#include <span>

namespace lungo::websocket {

using masking_key = std::array<char, 4>;

/// Takes the mask off the next piece of a payload (RFC 6455, 5.3); on what has
/// none it puts one. Leaves `key` turned to where the piece after it begins.
void unmask(std::span<char> piece, masking_key& key) noexcept;

} // namespace lungo::websocket
