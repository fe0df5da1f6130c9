#pragma once

#include <fmt/format.h>
#include <lungo/server.hpp>

#include <map>
#include <set>
#include <string>

/// How far uploads are, for who watches: an actor between the readers of bodies
/// and the event streams of pages.
using began_atom = caf::atom_constant<caf::atom("began")>;
using read_atom = caf::atom_constant<caf::atom("read")>;
using over_atom = caf::atom_constant<caf::atom("over")>;
using watch_atom = caf::atom_constant<caf::atom("watch")>;

using progress_actor = caf::typed_actor<
  // The upload of that name has begun, and will have so many octets, as text.
  caf::reacts_to<began_atom, std::string, std::string>,
  // So many octets of it are here.
  caf::reacts_to<read_atom, std::string, std::uint64_t>,
  // It is over; is it whole?
  caf::reacts_to<over_atom, std::string, bool>,
  // Tell this stream.
  caf::reacts_to<watch_atom, std::string, lungo::sse_connection_actor>>;

struct upload {
  bool begun = false;
  std::uint64_t received = 0;
  std::string total = "null";
  std::set<lungo::sse_connection_actor> watchers;
};

struct progress_state {
  std::map<std::string, upload> uploads;
};

using progress_pointer = progress_actor::stateful_pointer<progress_state>;

inline void tell(progress_pointer self, const upload& of, const char* name) {
  auto data
    = fmt::format(R"({{"received": {}, "total": {}}})", of.received, of.total);
  auto frame = lungo::sse::encode(lungo::sse::event{data}.name(name));
  for (auto& watcher : of.watchers)
    self->send(watcher, frame);
}

inline progress_actor::behavior_type upload_progress(progress_pointer self) {
  self->set_down_handler([=](const caf::down_msg& gone) {
    auto& uploads = self->state.uploads;
    for (auto at = uploads.begin(); at != uploads.end();) {
      auto& [begun, received, total, watchers] = at->second;
      std::erase_if(watchers, [&](auto& w) { return w == gone.source; });
      at = watchers.empty() && !begun ? uploads.erase(at) : std::next(at);
    }
  });
  return {
    [=](began_atom, const std::string& id, const std::string& total) {
      auto& upload = self->state.uploads[id];
      upload.total = total;
      upload.begun = true;
    },
    [=](read_atom, const std::string& id, std::uint64_t received) {
      self->state.uploads[id].received = received;
      tell(self, self->state.uploads[id], "progress");
    },
    [=](over_atom, const std::string& id, bool whole) {
      auto found = self->state.uploads.extract(id);
      if (!found)
        return;
      tell(self, found.mapped(), whole ? "done" : "aborted");
      for (auto& watcher : found.mapped().watchers)
        self->send(watcher, lungo::close_atom_v);
    },
    [=](watch_atom, const std::string& id,
        const lungo::sse_connection_actor& watcher) {
      self->monitor(watcher);
      self->state.uploads[id].watchers.insert(watcher);
    },
  };
}

/// Counts the octets of one upload. Destroyed without an end, it was aborted.
class counter final : public lungo::http::body_reader {
public:
  counter(progress_actor to, std::string id, const std::string& total)
    : to_(std::move(to)),
      id_(std::move(id)) {
    caf::anon_send(to_, began_atom::value, id_, total);
  }

  ~counter() override { caf::anon_send(to_, over_atom::value, id_, whole_); }

  std::optional<lungo::http::answer> piece(std::string_view octets) override {
    received_ += octets.size();
    if (received_ - told_ >= step) {
      told_ = received_;
      caf::anon_send(to_, read_atom::value, id_, received_);
    }
    return std::nullopt;
  }

  lungo::http::answer end() override {
    whole_ = true;
    caf::anon_send(to_, read_atom::value, id_, received_);
    return lungo::http::text(
      fmt::format("Uploaded {} bytes successfully", received_));
  }

private:
  static constexpr std::uint64_t step = 256 * 1024;

  progress_actor to_;
  std::string id_;
  std::uint64_t received_ = 0;
  std::uint64_t told_ = 0;
  bool whole_ = false;
};

/// The handler of an upload.
inline auto counting(progress_actor to) {
  return [to](const lungo::http::request& head) -> lungo::http::intake {
    auto id = head.query_param("id").value_or(fmt::format("#{}", head.id));
    auto total = head.fields.get("Content-Length").value_or("null");
    return std::make_unique<counter>(to, id, std::string{total});
  };
}

/// The handler of its progress.
inline auto watching(progress_actor to) {
  namespace sse = lungo::sse;
  return sse::upgrade([to](sse::connection<>* self) -> sse::behavior {
    std::string id{self->request().param("id")};
    self->send(to, watch_atom::value, id, self->handle());
    return {};
  });
}
