#pragma once

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <string>
#include <string_view>

namespace bench {

/// The answer to a request for a WebSocket (RFC 6455, 4.2.2).
inline std::string websocket_head(std::string_view request) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  constexpr std::size_t key_size = 24;
  auto at = request.find(name);
  std::string key{request.substr(
    at == request.npos ? request.size() : at + name.size(), key_size)};
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> hash;
  EVP_Digest(key.data(), key.size(), hash.data(), nullptr, EVP_sha1(), nullptr);
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> accept;
  EVP_EncodeBlock(accept.data(), hash.data(), SHA_DIGEST_LENGTH);
  return fmt::format("HTTP/1.1 101 Switching Protocols\r\n"
                     "Connection: Upgrade\r\n"
                     "Upgrade: websocket\r\n"
                     "Sec-WebSocket-Accept: {}\r\n\r\n",
                     reinterpret_cast<const char*>(accept.data()));
}

/// Takes the first masked frame off `input`, if it is whole, and makes it one
/// without a mask; frames of up to 125 octets only.
inline std::string_view take_frame(char*& input, std::size_t& size) {
  constexpr std::size_t header = 2;
  constexpr std::size_t mask = 4;
  if (size < header)
    return {};
  auto length = static_cast<std::size_t>(input[1] & 0x7f);
  if (size < header + mask + length)
    return {};
  auto* key = input + header;
  auto* payload = key + mask;
  for (std::size_t i = 0; i < length; ++i)
    payload[i] = static_cast<char>(payload[i] ^ key[i % mask]);
  // The header moves up to the payload, where the mask was.
  auto* frame = payload - header;
  frame[0] = input[0];
  frame[1] = static_cast<char>(length);
  input = payload + length;
  size -= header + mask + length;
  return {frame, header + length};
}

} // namespace bench
