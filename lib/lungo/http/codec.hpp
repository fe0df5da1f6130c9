#pragma once

#include "lungo/http/limits.hpp"
#include "lungo/http/message.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lungo::http {

/// How the end of a body is told (RFC 9112, 6.3).
enum class framing : std::uint8_t {
  none,    ///< There is no body, and no field speaks of one.
  length,  ///< `Content-Length`.
  chunked, ///< `Transfer-Encoding: chunked`.
  close,   ///< The end of the connection; HTTP/1.0 streams.
};

/// Turns octets into requests, strictly: what two readers could understand in
/// two ways is refused. Knows no socket and no clock; one per session, reused
/// for the requests that follow each other. Not thread-safe.
///
/// The lifecycle: `put` until it says `head`; look at `head()`; `put` further:
/// `body` pieces, then `complete`; `next()`; and so on. After `refused` nothing
/// more is taken: answer with `refusal()` and close. How the octets were cut up
/// makes no difference, but for the borders of the pieces. What a head may say
/// is in `request_line`, `field_section`, `target` and `head_rules`; what a
/// chunked body may, in `chunked_body`.
class request_decoder {
public:
  enum class event : std::uint8_t {
    need_more, ///< All octets are taken, nothing is whole yet.
    head,      ///< `head()` is ready. Its body, if any, comes next.
    body,      ///< `piece()` is the next part of the body.
    complete,  ///< The request is whole; `next()` before any other octet.
    refused,   ///< `refusal()` says why.
  };

  explicit request_decoder(const limits& bounds);
  ~request_decoder();
  request_decoder(request_decoder&&) noexcept;
  request_decoder& operator=(request_decoder&&) noexcept;

  /// Takes octets from the front of `input`, removes from `input` what it took,
  /// and stops at the first event. Until it says `need_more`, call it again,
  /// also when `input` is empty: the end of a body needs no octet of its own.
  event put(std::string_view& input);

  /// The request line and fields. Valid from `head` to `next`; may be moved
  /// from. Of a head that was refused, what had been understood until then.
  request& head() noexcept;

  /// Keeps the body of this request to `bytes`: what has more is refused (413)
  /// with the next `put`. Between `head` and the first octet of the body.
  void limit_body(std::uint64_t bytes);

  /// A part of the body, without framing. Points into the `input` of the last
  /// `put`, or into the decoder, and is valid until the next `put`.
  std::string_view piece() const noexcept;

  const error& refusal() const noexcept;

  /// Has the head a body behind it (that, if chunked, may still turn out
  /// empty)?
  bool has_body() const noexcept;

  /// Does the client wait for `100 Continue` (RFC 9110, 10.1.1)? Never without
  /// a body to wait for.
  bool expects_continue() const noexcept;

  /// May another request follow on this connection (RFC 9112, 9.3)? Known from
  /// `head` on; never after `refused`.
  bool keep_alive() const noexcept;

  /// Is nothing of a next request here yet? Tells the keep-alive wait from the
  /// wait for the rest of a head.
  bool idle() const noexcept;

  /// Makes ready for the next request. Only after `complete`.
  void next();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// The framing a response with a body of known length takes: `none` for 1xx,
/// 204 and 304, else `length`.
framing framing_for(status s) noexcept;

/// Status line, `Date`, the fields in their order, the framing fields and the
/// empty line. Framing and connection fields among `message.fields`
/// (`Content-Length`, `Transfer-Encoding`, `Connection`, `Keep-Alive`,
/// `Upgrade`) are left out: they are the protocol's. Only a 101 keeps its own
/// `Connection` and `Upgrade`, and a 426 its `Upgrade`, without which it says
/// nothing (RFC 9110, 15.5.22); its `Connection` then lists `Upgrade` too.
/// @param content_length octets; counts for `framing::length` only.
/// @param keep_alive may another exchange follow?
/// @param spoken what the client speaks; the head itself is always HTTP/1.1.
/// @param date an IMF-fixdate (`http_date`), or empty for no `Date`; a `Date`
///             among the fields wins.
std::string encode_head(const response& message, framing how,
                        std::uint64_t content_length, bool keep_alive,
                        version spoken, std::string_view date);

/// `seconds` since 1970 as IMF-fixdate (RFC 9110, 5.6.7); kept within the years
/// 0 to 9999, for which there is one.
std::string http_date(std::int64_t seconds);

inline constexpr std::string_view continue_response
  = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace lungo::http
