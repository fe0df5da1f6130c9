#include "topic_samples.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lungo::topic::test {

namespace {

/// What a reader should get, by what is known of the log and not by how.
struct expected {
  lines events;
  std::set<std::string> missed; ///< Topics.
};

/// So many events by turns over so many topics, of which each keeps some.
struct sample {
  sample(std::size_t kept, std::size_t topics, std::size_t events)
    : all(log_keeping(kept)) {
    for (std::size_t i = 0; i < events; ++i) {
      said.emplace_back(1, "abc"[(i * i + i / 3) % topics]);
      publish(all, said.back(), said.back());
    }
  }

  expected behind(std::uint64_t seq, const std::string& topics) {
    expected out;
    for (auto at = seq; at < said.size(); ++at) {
      auto& topic = said[at];
      if (topics.find(topic) == topics.npos)
        continue;
      if (at + 1 <= all.find(topic)->lost_to())
        out.missed.insert(topic);
      else
        out.events.push_back(std::to_string(at + 1) + " " + topic);
    }
    return out;
  }

  log all;
  std::vector<std::string> said;
};

/// What a client makes of the items that reach it.
struct client_log {
  void hear(const item& what) {
    batch alone;
    alone.items.push_back(what);
    auto line = described(alone).front();
    if (what.missing)
      gaps.push_back(*what.missing);
    else if (!line.starts_with("@"))
      events.push_back(line);
    listener ear{form::event_stream};
    ear.feed(what.what.plain());
    if (!ear.last_id().empty())
      id = ear.last_id();
  }

  /// All that it gets where it comes back to.
  void resume(log& from, std::vector<std::string> topics, std::size_t budget) {
    auto who = from.subscribe(reading(std::move(topics), id), {}).value();
    while (who.behind()) {
      auto made = from.read(who, budget);
      for (auto& each : made->items)
        hear(each);
    }
    from.leave(who, {});
  }

  std::string id;
  lines events{};
  std::vector<gap> gaps{};
};

void check_behind(sample& of, std::uint64_t seq, const std::string& topics,
                  std::size_t budget) {
  CAPTURE(seq);
  CAPTURE(topics);
  CAPTURE(budget);
  client_log got{id_of(seq)};
  std::vector<std::string> names;
  for (auto each : topics)
    names.emplace_back(1, each);
  got.resume(of.all, names, budget);
  auto right = of.behind(seq, topics);
  CHECK(got.events == right.events);
  CHECK(got.gaps.size() == right.missed.size());
  for (auto& each : got.gaps) {
    CHECK(right.missed.contains(each.topic));
    CHECK(each.from == id_of(seq));
    CHECK(each.to == id_of(of.all.find(each.topic)->lost_to()));
  }
}

/// Cut behind each item of a batch, in turn. A gap begins where the client came
/// from: who comes back elsewhere was told of it before.
void check_cuts(sample& of, std::uint64_t seq) {
  const std::vector<std::string> names{"a", "b", "c"};
  auto who = of.all.subscribe(reading(names, id_of(seq)), {}).value();
  auto made = of.all.read(who, plenty);
  of.all.leave(who, {});
  auto right = of.behind(seq, "abc");
  client_log until_cut{id_of(seq)};
  for (auto& each : made->items) {
    until_cut.hear(each);
    auto got = until_cut;
    CAPTURE(got.id);
    got.resume(of.all, names, plenty);
    CHECK(got.events == right.events);
    std::map<std::string, std::string> from;
    for (auto& missing : got.gaps)
      from.try_emplace(missing.topic, missing.from);
    CHECK(from.size() == right.missed.size());
    for (auto& [topic, first] : from) {
      CHECK(right.missed.contains(topic));
      CHECK(first == id_of(seq));
    }
  }
}

} // namespace

TEST_CASE("topics: behind any id a reader gets the rest of the log in order, "
          "and one gap for each topic that lacks some of it") {
  for (std::size_t kept : {1u, 2u, 3u, 5u, 40u})
    for (std::size_t topics : {1u, 2u, 3u}) {
      CAPTURE(kept);
      sample of{kept, topics, 24};
      for (std::uint64_t seq = 0; seq <= 24; ++seq)
        for (std::string which : {"a", "b", "ab", "ca", "abc"})
          for (std::size_t budget : {std::size_t{1}, std::size_t{150}, plenty})
            check_behind(of, seq, which, budget);
    }
}

TEST_CASE("topics: a client cut behind any item gets what it lacks, and is "
          "told of each gap that it was not") {
  for (std::size_t kept : {1u, 2u, 3u, 5u}) {
    CAPTURE(kept);
    sample of{kept, 3, 24};
    for (std::uint64_t seq = 0; seq <= 24; ++seq)
      check_cuts(of, seq);
  }
}

} // namespace lungo::topic::test
