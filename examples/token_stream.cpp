// Answers a POST with an event stream, as language-model APIs do: one event for
// each token, `[DONE]` at the end. When the client leaves, its actor ends, and
// nothing is produced for nobody.
//
//     curl -N localhost:8080/v1/completions -d '{"prompt": "why is it long?"}'

#include "page.hpp"
#include "token_stream_page.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <lungo/run.hpp>

#include <atomic>
#include <chrono>
#include <sstream>

using namespace std::chrono_literals;
namespace http = lungo::http;
namespace json = boost::json;
namespace sse = lungo::sse;

/// In the place of a language model: says one word after the other.
class model {
public:
  model(const std::string& prompt, std::int64_t most)
    : words_("You asked: " + prompt + " \u2014 "),
      left_(most) {}

  /// The next token; empty behind the last one.
  std::string next() {
    if (left_-- <= 0)
      return {};
    std::string word;
    while (!(words_ >> word))
      words_ = std::istringstream{
        "A long answer is best served one token at a time, as a lungo is "
        "pulled: slowly, from the first drop to the last, and stopped when "
        "the cup is taken away. "};
    return word + ' ';
  }

private:
  std::istringstream words_;
  std::int64_t left_;
};

/// How many answers are being made at this moment.
std::atomic<int> running{0};

sse::behavior generate(sse::connection<>* self, const std::string& prompt,
                       std::int64_t most) {
  ++running;
  self->on_close([](lungo::close_reason) { --running; });
  auto from = std::make_shared<model>(prompt, most);
  self->every(30ms, [=] {
    auto token = from->next();
    if (!token.empty())
      return self->push(
        sse::event{json::serialize(json::object{{"token", token}})});
    self->push(sse::event{"[DONE]"});
    self->close();
  });
  return {};
}

http::answer complete(const http::request& request) {
  boost::system::error_code failed;
  auto asked = json::parse(request.body, failed);
  auto* fields = failed ? nullptr : asked.if_object();
  auto* prompt = fields ? fields->if_contains("prompt") : nullptr;
  if (!prompt || !prompt->is_string())
    return http::error_response(
      {lungo::errc::bad_request,
       R"(send {"prompt": "...", "max_tokens": 50})"});
  auto* most = fields->if_contains("max_tokens");
  auto count = most && most->is_int64() ? most->as_int64() : 100;
  std::string text{prompt->as_string()};
  return sse::upgrade([=](sse::connection<>* self) -> sse::behavior {
    return generate(self, text, count);
  });
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    add_page(app, token_stream_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.post("/v1/completions", complete);
    app.get("/running", [](auto&) {
      return http::text(fmt::format("{}", running.load()));
    });
  });
}
