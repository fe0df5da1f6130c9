#pragma once

#include "lungo/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

/// permessage-deflate (RFC 7692) without context takeover: each message stands
/// for itself, so one compressed copy serves all who receive it.
namespace lungo::websocket {

/// Compresses messages. Holds about 256 KB: one for a thread, not for a
/// connection. Not thread-safe.
class deflater {
public:
  deflater();

  /// The payload of a message with RSV1 (RFC 7692, 7.2.1).
  std::string compress(std::string_view payload);

private:
  struct end {
    void operator()(z_stream_s* stream) const noexcept;
  };

  std::unique_ptr<z_stream_s, end> stream_;
};

/// Expands messages. Holds about 40 KB: one for a thread, not for a connection.
/// Not thread-safe.
class inflater {
public:
  inflater();

  /// What `payload`, that of a message with RSV1, was made of (RFC 7692,
  /// 7.2.2). `errc::bad_request` if it is malformed, cut, or speaks of an
  /// earlier message.
  /// @param most octets of the answer; beyond it `errc::content_too_large`, as
  /// soon as it is reached.
  result<std::string> expand(std::string_view payload, std::size_t most);

private:
  struct end {
    void operator()(z_stream_s* stream) const noexcept;
  };

  result<void> feed(std::string_view octets, std::string& into,
                    std::size_t most);
  result<void> advance(std::string& into, std::size_t most);

  std::unique_ptr<z_stream_s, end> stream_;
  bool ended_ = false; ///< By a last block (BFINAL), with the octets fed.
};

} // namespace lungo::websocket
