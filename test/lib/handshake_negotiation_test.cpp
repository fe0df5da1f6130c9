#include "lungo/handshake/negotiation.hpp"

#include "handshake_samples.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

using namespace lungo;
using handshake::terms;

namespace {

const std::string plain = "permessage-deflate; server_no_context_takeover; "
                          "client_no_context_takeover";

http::request asking(const char* name,
                     std::initializer_list<const char*> values) {
  auto request = samples::websocket_request();
  for (const auto* each : values)
    request.fields.add(name, each);
  return request;
}

std::string subprotocol(std::initializer_list<const char*> offered,
                        std::vector<std::string> ours) {
  return handshake::choose_subprotocol(
    asking("Sec-WebSocket-Protocol", offered),
    terms{std::nullopt, std::move(ours), false});
}

std::string extensions(std::initializer_list<const char*> offered,
                       bool deflate = true) {
  auto request = asking("Sec-WebSocket-Extensions", offered);
  const terms ours{std::nullopt, {}, deflate};
  auto agreed = handshake::choose_extensions(request, ours);
  CHECK(handshake::choose_deflate(request, ours) == !agreed.empty());
  return agreed;
}

} // namespace

TEST_CASE("RFC 6455, 1.3: the example of an accepted key") {
  CHECK(handshake::accept_key("dGhlIHNhbXBsZSBub25jZQ==")
        == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

// -- RFC 6455, 4.2.2: subprotocols --------------------------------------------

TEST_CASE("of the subprotocols that both speak our first is chosen") {
  CHECK(subprotocol({"chat.v1, chat.v2"}, {"chat.v2", "chat.v1"}) == "chat.v2");
  CHECK(subprotocol({"chat.v1"}, {"chat.v2", "chat.v1"}) == "chat.v1");
  CHECK(subprotocol({"x", "y ,chat.v1"}, {"chat.v1"}) == "chat.v1");
}

TEST_CASE("no subprotocol is chosen that one side does not speak") {
  CHECK(subprotocol({"chat"}, {}).empty());
  CHECK(subprotocol({}, {"chat"}).empty());
  CHECK(subprotocol({"chat.v1"}, {"chat.v2", "chat"}).empty());
  CHECK(subprotocol({"Chat"}, {"chat"}).empty());
}

// -- RFC 7692, 7.1: permessage-deflate ----------------------------------------

TEST_CASE("compression is agreed on where both want it, without a window") {
  CHECK(extensions({"permessage-deflate"}) == plain);
  CHECK(extensions({"permessage-deflate"}, false).empty());
  CHECK(extensions({}).empty());
}

TEST_CASE("what browsers offer is accepted") {
  CHECK(extensions({"permessage-deflate; client_max_window_bits"}) == plain);
  CHECK(extensions({"permessage-deflate; client_no_context_takeover; "
                    "server_no_context_takeover"})
        == plain);
}

// 7.1.1: no value; 7.1.2.2: a value or none, 8 to 15.
TEST_CASE("an offer has parameters with the values that they may have") {
  auto accepts = [](const std::string& param) {
    return !extensions({("permessage-deflate; " + param).c_str()}).empty();
  };
  CHECK_FALSE(accepts("server_no_context_takeover=1"));
  CHECK_FALSE(accepts("client_no_context_takeover=true"));
  for (int bits = 8; bits <= 15; ++bits)
    CHECK(accepts("client_max_window_bits=" + std::to_string(bits)));
  CHECK(accepts("client_max_window_bits=\"12\""));
  for (auto bits : {"7", "16", "08", "015", "0", "1", "x", "+9", "15x"})
    CHECK_FALSE(accepts(std::string{"client_max_window_bits="} + bits));
}

// 7.1.2.1: who accepts the parameter tells so.
TEST_CASE("a limit on our window is declined, unless it is none") {
  CHECK(extensions({"permessage-deflate; server_max_window_bits=15"})
        == plain + "; server_max_window_bits=15");
  CHECK(extensions({"permessage-deflate; server_max_window_bits=\"15\""})
        == plain + "; server_max_window_bits=15");
  CHECK(extensions({"permessage-deflate; server_max_window_bits"}).empty());
  for (auto bits : {"8", "14", "16", "015"})
    CHECK(extensions(
            {(std::string{"permessage-deflate; server_max_window_bits="} + bits)
               .c_str()})
            .empty());
}

TEST_CASE("an offer with an unknown or a doubled parameter is declined") {
  CHECK(extensions({"permessage-deflate; x"}).empty());
  CHECK(extensions({"permessage-deflate; client_max_window_bits; "
                    "client_max_window_bits=15"})
          .empty());
  CHECK(extensions({"permessage-deflate; server_no_context_takeover; "
                    "server_no_context_takeover"})
          .empty());
}

// 5: a client may list several offers, the best first.
TEST_CASE("of several offers the first that is acceptable counts") {
  CHECK(extensions({"permessage-deflate; server_max_window_bits=10, "
                    "permessage-deflate"})
        == plain);
  CHECK(
    extensions({"permessage-deflate; server_max_window_bits=10", "x-other; a=b",
                "permessage-deflate; server_max_window_bits=15"})
    == plain + "; server_max_window_bits=15");
  CHECK(extensions({"permessage-deflate; x, permessage-deflate; y"}).empty());
}

TEST_CASE("an unknown extension is ignored") {
  CHECK(extensions({"x-webkit-deflate-frame"}).empty());
  CHECK(extensions({"x-webkit-deflate-frame, permessage-deflate"}) == plain);
}
