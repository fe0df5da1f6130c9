#pragma once

#include "lungo/topic/reader.hpp"

#include "event_stream_parser.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a client understands of the frames that a reader is handed.
namespace lungo::topic::test {

namespace json = boost::json;

struct heard {
  std::string topic; ///< Only WebSockets say it, and gaps.
  std::string type;
  std::string data;
  std::string id; ///< The last one, if this has none.

  bool operator==(const heard&) const = default;
};

/// Hears octets that may be cut anywhere, in either form.
class listener {
public:
  explicit listener(form as) : form_(as) {}

  std::vector<heard> feed(std::string_view octets) {
    std::vector<heard> out;
    if (form_ == form::websocket) {
      octets_ += octets;
      while (auto text = next_text())
        read(json::parse(*text).as_object(), out);
      return out;
    }
    for (auto& each : stream_.feed(octets))
      out.push_back({{}, each.type, each.data, each.last_event_id});
    last_id_ = stream_.last_event_id();
    return out;
  }

  /// Empty if none was heard yet.
  const std::string& last_id() const { return last_id_; }

private:
  /// A whole unmasked text message (RFC 6455, 5.2).
  std::optional<std::string> next_text() {
    if (octets_.size() < 2)
      return {};
    auto octet
      = [&](std::size_t at) { return static_cast<std::uint8_t>(octets_[at]); };
    if (octet(0) != 0x81 || octet(1) > 126)
      throw std::runtime_error("no short text message");
    std::size_t head = octet(1) == 126 ? 4 : 2;
    if (octets_.size() < head)
      return {};
    auto size = head == 2 ? octet(1) : std::size_t{octet(2)} * 256 + octet(3);
    if (octets_.size() < head + size)
      return {};
    auto text = octets_.substr(head, size);
    octets_.erase(0, head + size);
    return text;
  }

  void read(const json::object& what, std::vector<heard>& out) {
    auto member = [&](std::string_view name) {
      auto found = what.find(name);
      return found == what.end() ? std::string{}
                                 : json::value_to<std::string>(found->value());
    };
    if (what.contains("id"))
      last_id_ = member("id");
    if (what.contains("event"))
      out.push_back(
        {member("topic"), member("event"), member("data"), last_id_});
  }

  form form_;
  lungo::test::event_stream_parser stream_;
  std::string octets_;
  std::string last_id_;
};

/// What a client reads in the data of a gap.
inline gap read_gap(std::string_view data) {
  auto what = json::parse(data).as_object();
  gap out{json::value_to<std::string>(what.at("topic")),
          json::value_to<std::string>(what.at("from")),
          json::value_to<std::string>(what.at("to")),
          {}};
  if (auto* count = what.if_contains("count"))
    out.count = count->to_number<std::uint64_t>();
  return out;
}

/// All octets of a batch, as they stand on the wire.
inline std::string octets_of(const batch& what) {
  std::string out;
  for (auto& each : what.items)
    out += each.what.plain();
  return out;
}

} // namespace lungo::topic::test
