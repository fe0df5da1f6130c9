// So that zlib takes octets that it must not change.
#define ZLIB_CONST

#include "lungo/websocket/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace lungo::websocket {

namespace {

using namespace std::string_view_literals;

/// Raw DEFLATE (RFC 1951) with the largest window, which any peer can read.
constexpr int window_bits = -MAX_WBITS;

/// What a flush ends with, and a message leaves out (RFC 7692, 7.2.1): all but
/// the first octet of an empty block without compression.
constexpr auto tail = "\x00\x00\xFF\xFF"sv;

using scratch = std::array<char, 16 * 1024>;

void require(int code) {
  if (code != Z_OK)
    throw std::bad_alloc();
}

/// Moves what zlib can count from the front of `octets` to its input.
void give(z_stream& stream, std::string_view& octets) {
  const auto size
    = std::min<std::size_t>(octets.size(), std::numeric_limits<uInt>::max());
  stream.next_in = reinterpret_cast<const Bytef*>(octets.data());
  stream.avail_in = static_cast<uInt>(size);
  octets.remove_prefix(size);
}

/// One step of zlib: calls `act`, and returns what came out of it.
template <class Act>
std::string_view step(z_stream& stream, scratch& out, Act act) {
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  act();
  return {out.data(), out.size() - stream.avail_out};
}

/// Is the input used up at the border of two blocks and of two octets? In the
/// terms of zlib.h: no bit is left over, and the block was not the last.
bool between_blocks(const z_stream& stream) {
  return stream.data_type == 128;
}

error malformed() {
  return {errc::bad_request, "a compressed message is malformed"};
}

} // namespace

deflater::deflater() : stream_{new z_stream{}} {
  constexpr int memory_level = 8; // The default of zlib.
  require(deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                       window_bits, memory_level, Z_DEFAULT_STRATEGY));
}

void deflater::end::operator()(z_stream* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

std::string deflater::compress(std::string_view payload) {
  auto& stream = *stream_;
  deflateReset(&stream);
  scratch room;
  std::string out;
  do {
    give(stream, payload);
    const auto flush = payload.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH;
    // A flush that fills the room exactly is done twice: that adds an empty
    // block, and does no harm.
    do
      out += step(stream, room, [&] { deflate(&stream, flush); });
    while (stream.avail_out == 0);
  } while (!payload.empty());
  out.resize(out.size() - tail.size());
  return out;
}

inflater::inflater() : stream_{new z_stream{}} {
  require(inflateInit2(stream_.get(), window_bits));
}

void inflater::end::operator()(z_stream* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

result<std::string> inflater::expand(std::string_view payload,
                                     std::size_t most) {
  inflateReset(stream_.get());
  ended_ = false;
  std::string out;
  if (auto fed = feed(payload, out, most); fed.has_error())
    return fed.error();
  // A last block may be the end of the message, with nothing left out.
  if (ended_)
    return out;
  const auto size = out.size();
  if (auto fed = feed(tail, out, most); fed.has_error())
    return fed.error();
  // In a message that is cut, what was left out may pass for octets of a block.
  if (out.size() != size || !between_blocks(*stream_))
    return malformed();
  return out;
}

result<void> inflater::feed(std::string_view octets, std::string& into,
                            std::size_t most) {
  auto& stream = *stream_;
  while (!octets.empty()) {
    give(stream, octets);
    do
      if (auto advanced = advance(into, most); advanced.has_error())
        return advanced;
    while (stream.avail_in > 0 || (stream.avail_out == 0 && !ended_));
  }
  return {};
}

result<void> inflater::advance(std::string& into, std::size_t most) {
  auto& stream = *stream_;
  scratch room;
  int code = Z_OK;
  const auto piece
    = step(stream, room, [&] { code = inflate(&stream, Z_SYNC_FLUSH); });
  if (piece.size() > most - into.size())
    return error{errc::content_too_large,
                 "a compressed message is too large when expanded"};
  into += piece;
  ended_ = code == Z_STREAM_END && stream.avail_in == 0;
  switch (code) {
  case Z_OK:
  case Z_BUF_ERROR: // There was nothing left to do.
    return {};
  // Another block may follow a last one (RFC 7692, 7.2.3.4, shows it); for zlib
  // that is another stream.
  case Z_STREAM_END:
    inflateReset(&stream);
    return {};
  case Z_MEM_ERROR:
    throw std::bad_alloc();
  default:
    return malformed();
  }
}

} // namespace lungo::websocket
