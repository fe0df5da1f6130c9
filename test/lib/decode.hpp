#pragma once

#include "lungo/http/codec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Drives a `request_decoder` and writes down what it says.
namespace lungo::http::test {

struct decoded {
  request head; ///< With the pieces of the body joined in `body`.
  bool has_body = false;
  bool expects_continue = false;
  bool keep_alive = false;
  bool complete = false;
};

struct decoding {
  std::vector<decoded> requests;
  std::optional<error> refusal;
  std::string_view rest; ///< Not taken; views the last part of the input.
  bool idle = false;
};

/// Takes one request after the other out of `parts`, as a session would that
/// reads them in this order.
inline decoding decode(const std::vector<std::string_view>& parts,
                       const limits& bounds = {}) {
  using event = request_decoder::event;
  request_decoder decoder{bounds};
  decoding out;
  for (auto input : parts) {
    auto said = event::head;
    while (said != event::need_more && said != event::refused) {
      said = decoder.put(input);
      if (said == event::head)
        out.requests.push_back({decoder.head(), decoder.has_body(),
                                decoder.expects_continue(),
                                decoder.keep_alive(), false});
      if (said == event::body)
        out.requests.back().head.body += decoder.piece();
      if (said == event::complete) {
        out.requests.back().complete = true;
        decoder.next();
      }
    }
    out.rest = input;
    if (said == event::refused) {
      out.refusal = decoder.refusal();
      break;
    }
  }
  out.idle = decoder.idle();
  return out;
}

inline std::vector<std::string_view> octets_of(std::string_view sample) {
  std::vector<std::string_view> octets;
  for (std::size_t i = 0; i < sample.size(); ++i)
    octets.push_back(sample.substr(i, 1));
  return octets;
}

/// All of a decoding that must not depend on how the input was cut.
inline std::string describe(const decoding& what) {
  std::string out;
  for (const auto& r : what.requests) {
    out += std::string{to_string(r.head.method)} + " " + r.head.target + " ["
           + r.head.path + "|" + r.head.query + "] 1."
           + std::to_string(static_cast<int>(r.head.version)) + "\n";
    for (const auto& f : r.head.fields)
      out += f.name + ": " + f.value + "\n";
    out += std::string{r.has_body ? "body " : ""}
           + (r.expects_continue ? "continue " : "")
           + (r.keep_alive ? "keep-alive " : "")
           + (r.complete ? "complete" : "open") + "\n'" + r.head.body + "'\n";
  }
  if (what.refusal)
    out += std::string{to_string(what.refusal->code)} + ": "
           + what.refusal->message;
  return out + (what.idle ? "\nidle" : "\nbusy");
}

} // namespace lungo::http::test
