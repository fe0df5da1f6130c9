#include "lungo/topic/entry.hpp"

#include "lungo/websocket/frame.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace lungo::topic {

namespace json = boost::json;

namespace {

flow::frame as_text(const json::object& what, const std::string& key) {
  auto message = websocket::text(json::serialize(what));
  return websocket::encode(message.key(key));
}

json::object members(const gap& what) {
  json::object out{{"topic", what.topic}, {"from", what.from}, {"to", what.to}};
  if (what.count)
    out["count"] = *what.count;
  return out;
}

} // namespace

flow::frame encode(const entry& what, std::string_view topic, form as) {
  auto& event = what.what;
  if (as == form::event_stream)
    return sse::encode(event);
  return as_text({{"topic", topic},
                  {"id", *event.id()},
                  {"event", event.type()},
                  {"data", *event.data()}},
                 event.key());
}

flow::frame encode(const gap& what, form as, bool resumes) {
  auto data = json::serialize(members(what));
  if (as == form::event_stream) {
    auto event = sse::event{std::move(data)}.name("gap");
    event.key("gap " + what.to + " " + what.topic);
    return sse::encode(resumes ? event.id(what.to) : event);
  }
  json::object told{{"topic", what.topic}, {"event", "gap"}, {"data", data}};
  if (resumes)
    told["id"] = what.to;
  return as_text(told, {});
}

flow::frame encode(const position& at, form as) {
  if (as == form::event_stream)
    return sse::encode(sse::event{}.id(to_string(at)));
  return as_text({{"id", to_string(at)}}, {});
}

} // namespace lungo::topic
