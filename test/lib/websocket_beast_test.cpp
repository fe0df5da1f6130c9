// Beast as the client: what it writes is decoded, and what is encoded it reads.

#include "lungo/websocket/control.hpp"
#include "lungo/websocket/deflate.hpp"

#include "websocket_samples.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <array>

using namespace lungo::websocket;
using namespace lungo::websocket::test;
using namespace std::literals;

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

class client {
public:
  client() {
    beast::websocket::permessage_deflate compression;
    compression.client_enable = true;
    compression.server_enable = true;
    compression.client_no_context_takeover = true;
    compression.server_no_context_takeover = true;
    for (auto* end : {&here_, &there_})
      end->set_option(compression);
    here_.next_layer().connect(there_.next_layer());
    here_.async_handshake(
      "a", "/", [](beast::error_code failed) { REQUIRE_FALSE(failed); });
    there_.async_accept(
      [](beast::error_code failed) { REQUIRE_FALSE(failed); });
    io_.run();
    here_.write_buffer_bytes(64);
    here_.auto_fragment(true);
  }

  beast::websocket::stream<beast::test::stream>& end() { return here_; }

  void write(std::string_view payload, bool text) {
    here_.text(text);
    here_.write(asio::buffer(payload));
  }

  /// All octets that the client has written.
  std::string written() {
    std::string out{there_.next_layer().str()};
    there_.next_layer().clear();
    return out;
  }

  /// The next message that the client reads in `octets`.
  std::string read(std::string_view octets) {
    asio::write(there_.next_layer(), asio::buffer(octets));
    beast::flat_buffer into;
    here_.read(into);
    return beast::buffers_to_string(into.data());
  }

private:
  asio::io_context io_;
  beast::websocket::stream<beast::test::stream> here_{io_};
  beast::websocket::stream<beast::test::stream> there_{io_};
};

std::string server_frame(opcode op, std::string_view payload, bool deflated) {
  std::array<char, max_header_bytes> header;
  const auto size = write_header(header, op, payload.size(), deflated);
  return std::string{header.data(), size} + std::string{payload};
}

/// Some that compress, some that do not, in each form of a length.
std::vector<std::string> payloads() {
  std::vector<std::string> out;
  for (std::size_t size :
       {0u, 1u, 63u, 64u, 125u, 126u, 1000u, 65535u, 65536u, 100000u}) {
    out.push_back(std::string(size, 'a'));
    std::string mixed;
    for (std::uint32_t state = 1; mixed.size() < size;) {
      state = state * 1664525 + 1013904223;
      mixed += static_cast<char>('0' + (state >> 24) % 64);
    }
    out.push_back(std::move(mixed));
  }
  return out;
}

decoder_limits wide() {
  decoder_limits bounds;
  bounds.message_fragments = 10'000;
  return bounds;
}

} // namespace

TEST_CASE("what Beast writes is heard, compressed and in fragments") {
  client peer;
  inflater expand;
  for (const auto& payload : payloads())
    for (auto text : {true, false}) {
      CAPTURE(payload.size());
      peer.write(payload, text);
      const auto sample = peer.written();
      const auto expected = transcript{(text ? "text " : "binary ") + payload};
      CHECK(decode({sample}, wide(), &expand) == expected);
      CHECK(decode(octets_of(sample), wide(), &expand) == expected);
    }
}

TEST_CASE("what is encoded Beast reads, compressed or not") {
  client peer;
  deflater compress;
  for (const auto& payload : payloads()) {
    CAPTURE(payload.size());
    CHECK(peer.read(server_frame(opcode::text, payload, false)) == payload);
    CHECK(peer.end().got_text());
    CHECK(
      peer.read(server_frame(opcode::binary, compress.compress(payload), true))
      == payload);
    CHECK(peer.end().got_binary());
  }
}

TEST_CASE("Beast answers a ping, and a pong is its answer") {
  client peer;
  CHECK(peer.read(encode_ping("1") + server_frame(opcode::text, "a", false))
        == "a");
  CHECK(decode({peer.written()}) == transcript{"pong 1"});
}

TEST_CASE("Beast hears a close, and answers with its code") {
  client peer;
  CHECK_THROWS_AS(peer.read(encode_close({close_code::going_away, "bye"})),
                  beast::system_error);
  CHECK(peer.end().reason().code == 1001);
  CHECK(peer.end().reason().reason == "bye");
  CHECK(decode({peer.written()}) == transcript{"close 1001 "});
}
