#include "lungo/handshake/upgrade_fsm.hpp"

#include "handshake_samples.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// All steps of the handshake of a WebSocket together: each request made of the
// choices below either opens, correctly, or is refused.

using namespace lungo;
using handshake::upgrade_fsm;
using http::fields;
using http::status;

namespace {

/// One way to send the fields of one name.
struct way {
  std::vector<const char*> values;
  bool good = true;
  const char* answer = ""; ///< Of the server to it, if it is accepted.
};

struct choice {
  const char* name;
  std::vector<way> ways;
};

constexpr auto deflate = "permessage-deflate; server_no_context_takeover; "
                         "client_no_context_takeover";

const handshake::terms ours{{{"https://b.example"}}, {"v2", "v1"}, true};

const std::vector<choice> choices{
  {"Upgrade", {{{"websocket"}}, {{"h2c", "x, WebSocket"}}, {{}, false}}},
  {"Connection",
   {{{"Upgrade"}}, {{"keep-alive, upgrade"}}, {{"keep-alive"}, false}}},
  {"Sec-WebSocket-Version", {{{"13"}}, {{"8"}, false}, {{"13", "13"}, false}}},
  // The second key and its answer are those of RFC 6455, 1.3.
  {"Sec-WebSocket-Key",
   {{{"AAAAAAAAAAAAAAAAAAAAAA=="}, true, "ICX+Yqv66kxgM0FcWaLWlFLwTAI="},
    {{"dGhlIHNhbXBsZSBub25jZQ=="}, true, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
    {{"dGhlIHNhbXBsZSBub25jZQ"}, false},
    {{}, false}}},
  {"Content-Length", {{{}}, {{"0"}}, {{"2"}, false}}},
  {"Origin",
   {{{}},
    {{"http://a.example"}},
    {{"https://b.example:443"}},
    {{"https://c.example"}, false},
    {{"null"}, false}}},
  {"Sec-WebSocket-Protocol",
   {{{}},
    {{"v3"}},
    {{"v1", "v0"}, true, "v1"},
    {{"v1, v2"}, true, "v2"},
    {{"v1, v1"}, false}}},
  {"Sec-WebSocket-Extensions",
   {{{}},
    {{"x; y=1"}},
    {{"x, permessage-deflate"}, true, deflate},
    {{"permessage-deflate; y", "permessage-deflate"}, true, deflate},
    {{"permessage-deflate;"}, false}}},
};

/// The request that takes these ways, and what it should get.
struct attempt {
  http::request request;
  bool good = true;
  fields answer{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};

  void take(const char* name, const way& how) {
    for (const auto* value : how.values)
      request.fields.add(name, value);
    good = good && how.good;
    auto field = std::string_view{name} == "Sec-WebSocket-Key"
                   ? "Sec-WebSocket-Accept"
                   : name;
    if (*how.answer != '\0')
      answer.add(field, how.answer);
  }
};

/// The `number`th of all combinations.
attempt make_attempt(std::size_t number) {
  attempt made;
  made.request.fields.add("Host", "a.example");
  for (auto& [name, ways] : choices) {
    made.take(name, ways[number % ways.size()]);
    number /= ways.size();
  }
  return made;
}

std::size_t count_attempts() {
  std::size_t count = 1;
  for (auto& each : choices)
    count *= each.ways.size();
  return count;
}

upgrade_fsm begin(const http::request& asked) {
  auto made = samples::websocket_exchange(asked, samples::websocket_wish(ours));
  return upgrade_fsm{std::make_shared<http::exchange>(std::move(made))};
}

bool is_refusal(const upgrade_fsm::action& what) {
  auto& answer = what.response;
  const auto names_version
    = answer.fields.get("Upgrade") == "websocket"
      && answer.fields.get("Sec-WebSocket-Version") == "13";
  return what.what == upgrade_fsm::act::respond
         && !answer.fields.contains("Sec-WebSocket-Accept")
         && (answer.status == status::bad_request
             || answer.status == status::forbidden
             || (answer.status == status::upgrade_required && names_version));
}

} // namespace

TEST_CASE("what is faultless opens with what was agreed, all else is refused") {
  std::size_t opened = 0;
  for (std::size_t number = 0; number < count_attempts(); ++number) {
    auto [request, good, answer] = make_attempt(number);
    auto fsm = begin(request);
    auto first = fsm.start();
    auto right = !good && is_refusal(first);
    if (good && first.what == upgrade_fsm::act::spawn) {
      right = fsm.on_ready().opening
              == handshake::opening{{status::switching_protocols, answer, ""},
                                    http::framing::none};
      ++opened;
    }
    if (!right)
      FAIL_CHECK("attempt " << number);
  }
  CHECK(opened == 2 * 2 * 2 * 2 * 3 * 4 * 4);
}
