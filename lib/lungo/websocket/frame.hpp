#pragma once

#include "lungo/flow/frame.hpp"
#include "lungo/websocket/message.hpp"

#include <utility>

namespace lungo::websocket {

class deflater;

/// One encoded message, to be sent to any number of connections: a whole data
/// frame (RFC 6455, 5.2), as it is and, for peers that have agreed to
/// permessage-deflate, compressed.
class frame : public flow::frame {
public:
  /// No message at all.
  frame() = default;

private:
  friend frame encode(const message& m);
  friend frame encode_deflated(const message& m, deflater& with);
  friend frame encode_twofold(const message& m, deflater& with);

  explicit frame(flow::frame octets) : flow::frame(std::move(octets)) {}
};

/// `m` encoded once, without compression: also peers that have agreed to it
/// take messages without (RFC 7692, 6).
frame encode(const message& m);

/// Compressed, for a peer that has agreed to that. What would not get smaller
/// stays as it is.
frame encode_deflated(const message& m, deflater& with);

/// Both, for a message that goes to many.
frame encode_twofold(const message& m, deflater& with);

} // namespace lungo::websocket
