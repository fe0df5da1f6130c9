// How a connection reads topics: it pulls when its outbox has room, one pull at
// a time, and hands out what comes.

#include "lungo/connection.hpp"
#include "lungo/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lungo {

namespace {

/// Has the log another life by now?
struct look_again {};

/// A gap has been bridged; what is behind it may follow.
struct bridged {
  std::shared_ptr<const topic::batch> batch;
  std::size_t at;
};

constexpr std::chrono::milliseconds look_again_after{100};

/// Those topics, and what is wanted of each.
std::vector<topic::interest> interests_in(std::vector<std::string> names,
                                          const subscribe_options& how) {
  for (auto& [name, unused] : how.per_topic)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw invalid_value(fmt::format(
        "per_topic filters {}, which is none of the topics subscribed to",
        name));
  std::vector<topic::interest> all;
  for (auto& name : names) {
    auto own = how.per_topic.find(name);
    auto which = own != how.per_topic.end()
                   ? own->second
                   : topic::filter{how.events, how.accepts};
    all.push_back({std::move(name), std::move(which)});
  }
  return all;
}

} // namespace

} // namespace lungo

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::bridged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(lungo::look_again)

namespace lungo {

struct connection::reading {
  topics from;
  topic::subscription how;
  std::string as;
  std::function<void(const topic::gap&)> bridge;
  topic_log_actor log{};
  supervisor_actor waits{}; ///< Is told `ready` once there is a place.
  bool reads_body = false;
  bool placed = false;
  bool pulling = false;
};

void connection::subscribe_to(const topics& from,
                              std::vector<std::string> names,
                              subscribe_options how, topic::form as,
                              std::string after) {
  if (names.empty())
    throw invalid_value("subscribe needs the name of a topic");
  if (reading_)
    return join(std::move(names), std::move(how));
  topic::subscription wish{interests_in(std::move(names), how),
                           as,
                           how.slow,
                           how.from,
                           how.on_gap,
                           std::move(after),
                           id()};
  reading_ = std::make_shared<reading>(
    reading{from, std::move(wish), std::move(how.as), std::move(how.bridge)});
  ask_for_place();
}

void connection::join(std::vector<std::string> names, subscribe_options how) {
  if (stage_ == stage::opening)
    throw std::logic_error("during on_open, name all topics in one subscribe: "
                           "they resume from one position");
  for (auto& each : interests_in(std::move(names), how)) {
    reading_->how.topics.push_back(each);
    send(reading_->log,
         msg::join{std::move(each.topic), std::move(each.which)});
  }
}

void connection::unsubscribe(std::string topic) {
  if (!reading_)
    return;
  std::erase_if(reading_->how.topics,
                [&](auto& each) { return each.topic == topic; });
  send(reading_->log, msg::part{std::move(topic)});
}

/// As a request, so that we hear of a log that ends before it knows of us.
void connection::ask_for_place() {
  reading_->log = reading_->from.actor();
  request(reading_->log, caf::infinite,
          msg::subscribe{caf::actor_cast<connection_actor>(caf::actor{this}),
                         reading_->how, reading_->as})
    .then([] {},
          [this](const caf::error&) {
            delayed_send(this, look_again_after, look_again{});
          });
}

/// To whoever waits for this connection's init; by the topics, if it reads any.
void connection::say_ready(supervisor_actor to, bool reads_body) {
  if (!reading_)
    return send(to, msg::ready{reads_body});
  reading_->waits = std::move(to);
  reading_->reads_body = reads_body;
}

std::string connection::position_of_client(const http::request& asked,
                                           const std::string& query) {
  if (auto position = asked.fields.get("Last-Event-ID"))
    return std::string{*position};
  return asked.query_param(query).value_or("");
}

bool connection::receive_of_topics(const mail& what) {
  return what.as<msg::feed>([this](auto& m) { fed(m); })
         || what.as<bridged>([this](auto& m) { go_on(m.batch, m.at); })
         || what.as<look_again>([this](auto&) { look_for_log(); });
}

/// The one that it read, or asked, has ended.
void connection::look_for_log() {
  if (!reading_ || reading_->placed)
    return;
  if (!reading_->how.topics.empty() && !reading_->from.stopped())
    ask_for_place();
  else if (reading_->waits)
    refused({errc::unavailable, "these topics have ended"});
  else
    reading_.reset();
}

void connection::fed(const msg::feed& what) {
  using news = msg::feed::news;
  if (!reading_ || ended())
    return;
  switch (what.what) {
  case news::events:
    return hand_out(what.batch, 0);
  case news::refused:
    return refused(*what.why);
  case news::begun:
    reading_->placed = true;
    dirty_ = true;
    if (auto to = std::exchange(reading_->waits, {}))
      send(to, msg::ready{reading_->reads_body});
    return;
  case news::gone:
    reading_->placed = reading_->pulling = false;
    delayed_send(this, look_again_after, look_again{});
    return;
  }
}

void connection::hand_out(const topic_batch& batch, std::size_t from) {
  for (auto at = from; at < batch->items.size() && !ended(); ++at) {
    auto& one = batch->items[at];
    if (one.missing && reading_->bridge)
      return bridge(batch, at);
    append_frame(one.what);
  }
  if (ended())
    return;
  reading_->how.after = to_string(batch->reached);
  reading_->pulling = false;
  dirty_ = true;
  if (batch->too_slow)
    end(close_reason::too_slow);
}

/// What is behind the gap comes by a message, so that it is behind what the
/// bridge awaits too.
void connection::bridge(const topic_batch& batch, std::size_t at) {
  auto f = reading_->bridge;
  f(*batch->items[at].missing);
  send(this, bridged{batch, at});
}

/// The client may come back to here, if it might have to the end of the gap.
void connection::go_on(const topic_batch& batch, std::size_t at) {
  if (!reading_ || ended())
    return;
  auto& gap = batch->items[at];
  auto to = topic::parse_position(gap.missing->to);
  if (gap.resumes && to)
    append_frame(topic::encode(*to, reading_->how.as));
  hand_out(batch, at + 1);
}

void connection::refused(const error& why) {
  if (auto to = std::exchange(reading_->waits, {}))
    send(to, msg::refuse{why});
  else
    log::error(fmt::format("connection {} gets no place among the readers: {}",
                           id(), why.message));
  end(close_reason::failed);
}

/// One pull at a time: as much as may leave at once. It passes by what is being
/// published, so that a reader with room is not overtaken by what waits there.
void connection::pull() {
  if (!reading_ || !reading_->placed || reading_->pulling)
    return;
  reading_->pulling = true;
  send<at_once>(reading_->log, msg::pull{outbox_.credit()});
}

} // namespace lungo
