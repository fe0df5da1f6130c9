#pragma once

#include "lungo/topic/log.hpp"

#include "topic_wire.hpp"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

/// Short words for the tests of topics.
namespace lungo::topic::test {

inline constexpr std::size_t plenty = 1'000'000;

inline publication say(std::string text, std::string name = {},
                       std::string key = {}) {
  publication out;
  out.what.data(std::move(text)).name(std::move(name)).key(std::move(key));
  return out;
}

inline limits keeping(std::size_t events) {
  limits out;
  out.events = events;
  return out;
}

inline log log_keeping(std::size_t events) {
  log_limits how;
  how.each = keeping(events);
  return log{1, how};
}

inline std::uint64_t publish(log& to, const std::string& topic,
                             std::string text) {
  return to.publish(topic, say(std::move(text)), {}).value().at.seq;
}

inline subscription reading(std::vector<std::string> topics,
                            std::string after = {}, filter which = {}) {
  subscription out;
  for (auto& each : topics)
    out.topics.push_back({std::move(each), which});
  out.after = std::move(after);
  return out;
}

inline subscription reading_from_oldest(std::vector<std::string> topics) {
  auto out = reading(std::move(topics));
  out.from = beginning::oldest;
  return out;
}

inline std::string id_of(std::uint64_t seq) {
  return to_string({1, seq});
}

/// Such that doctest shows what is in them.
struct lines : std::vector<std::string> {
  using vector::vector;

  friend std::ostream& operator<<(std::ostream& out, const lines& what) {
    for (auto& each : what)
      out << '[' << each << ']';
    return out;
  }
};

/// The place, or what is none in log 1.
inline std::string short_of(const std::string& id) {
  auto at = parse_position(id);
  return at && at->epoch == 1 ? std::to_string(at->seq) : id;
}

/// `3 text` for an event, `gap a 1..3 of 2` for a gap, and `@3` behind one, or
/// alone, for an id.
inline lines described(const batch& what) {
  lines out;
  for (auto& each : what.items) {
    listener ear{form::event_stream};
    auto all = ear.feed(each.what.plain());
    auto at = ear.last_id().empty() ? "" : "@" + short_of(ear.last_id());
    if (all.empty()) {
      out.push_back(at);
    } else if (all.front().type == "gap") {
      auto missing = read_gap(all.front().data);
      auto count = missing.count ? std::to_string(*missing.count) : "?";
      out.push_back("gap " + missing.topic + " " + short_of(missing.from) + ".."
                    + short_of(missing.to) + " of " + count
                    + (at.empty() ? "" : " ") + at);
    } else {
      out.push_back(short_of(all.front().id) + " " + all.front().data);
    }
  }
  return out;
}

inline lines read_all(log& from, reader& who) {
  return described(*from.read(who, plenty));
}

} // namespace lungo::topic::test
