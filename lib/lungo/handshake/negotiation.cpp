#include "lungo/handshake/negotiation.hpp"

#include "lungo/handshake/extension.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

namespace lungo::handshake {

namespace {

constexpr std::string_view deflate_answer
  = "permessage-deflate; server_no_context_takeover; "
    "client_no_context_takeover";

/// RFC 7692, 7.1.2: 8 to 15, in decimal without a leading zero.
bool is_window(std::string_view bits) {
  constexpr std::string_view windows[]
    = {"8", "9", "10", "11", "12", "13", "14", "15"};
  return std::find(std::begin(windows), std::end(windows), bits)
         != std::end(windows);
}

bool limits_our_window(const extension::param& what) {
  return what.name == "server_max_window_bits";
}

bool is_acceptable(const extension::param& what) {
  if (what.name == "server_no_context_takeover"
      || what.name == "client_no_context_takeover")
    return !what.value;
  if (what.name == "client_max_window_bits")
    return !what.value || is_window(*what.value);
  return limits_our_window(what) && what.value == "15";
}

bool are_unique(const std::vector<extension::param>& params) {
  for (auto each = params.begin(); each != params.end(); ++each)
    for (auto other = params.begin(); other != each; ++other)
      if (other->name == each->name)
        return false;
  return true;
}

bool is_acceptable(const extension& offer) {
  auto good = [](const extension::param& each) { return is_acceptable(each); };
  return offer.name == "permessage-deflate"
         && std::all_of(offer.params.begin(), offer.params.end(), good)
         && are_unique(offer.params);
}

} // namespace

std::string choose_subprotocol(const http::request& request,
                               const terms& ours) {
  const auto offered = request.fields.elements("Sec-WebSocket-Protocol");
  for (auto& each : ours.subprotocols)
    if (std::find(offered.begin(), offered.end(), each) != offered.end())
      return each;
  return {};
}

std::string choose_extensions(const http::request& request, const terms& ours) {
  if (!ours.deflate)
    return {};
  const auto offers = parse_extensions(request.fields);
  if (!offers)
    return {};
  auto acceptable = [](const extension& each) { return is_acceptable(each); };
  const auto agreed = std::find_if(offers->begin(), offers->end(), acceptable);
  if (agreed == offers->end())
    return {};
  std::string answer{deflate_answer};
  // RFC 7692, 7.1.2.1: who accepts the limit says so.
  if (std::any_of(agreed->params.begin(), agreed->params.end(),
                  limits_our_window))
    answer += "; server_max_window_bits=15";
  return answer;
}

bool choose_deflate(const http::request& request, const terms& ours) {
  return !choose_extensions(request, ours).empty();
}

std::string accept_key(std::string_view key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const auto text = std::string{key}.append(guid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(),
                 nullptr)
      != 1)
    throw std::runtime_error{"libcrypto has no SHA-1"};
  // With the NUL that EVP_EncodeBlock puts behind it.
  std::array<unsigned char, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> encoded;
  const auto length
    = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  return {encoded.data(), encoded.data() + length};
}

} // namespace lungo::handshake
