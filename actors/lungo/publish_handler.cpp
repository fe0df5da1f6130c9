#include "lungo/publish_handler.hpp"

#include "lungo/messages.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace lungo {

namespace json = boost::json;

namespace {

error bad(std::string why) {
  return {errc::bad_request, std::move(why)};
}

std::string text_of(const json::value& what) {
  return what.is_string() ? std::string{what.get_string()}
                          : json::serialize(what);
}

/// Puts one member of the body where it belongs.
result<void> take(std::string_view name, const json::value& value,
                  topic::publication& into) {
  if (name == "data") {
    into.what.data(text_of(value));
    return {};
  }
  if (!value.is_string())
    return bad(std::string{name} + " is to be a string");
  auto text = text_of(value);
  if (name == "event") {
    if (auto sane = sse::check_name(text); !sane)
      return sane;
    into.what.name(std::move(text));
  } else if (name == "key") {
    into.what.key(std::move(text));
  } else if (name == "id") {
    if (auto sane = sse::check_id(text); !sane)
      return sane;
    into.message_id = std::move(text);
  } else {
    return bad("a publication has no member " + std::string{name});
  }
  return {};
}

result<topic::publication> parse(const http::request& request) {
  boost::system::error_code failed;
  auto body = json::parse(request.body, failed);
  if (failed || !body.is_object())
    return bad("the body is to be a JSON object: {\"data\": ...}");
  topic::publication made;
  for (auto& [name, value] : body.get_object())
    if (auto taken = take(name, value, made); !taken)
      return taken.error();
  return made;
}

http::response answer_to(const publish_result& what) {
  if (!what)
    return http::error_response(what.error());
  return http::json(
    json::serialize(json::object{{"id", to_string(what->at)},
                                 {"duplicate", what->duplicate}}),
    what->duplicate ? http::status::ok : http::status::created);
}

handler_actor::behavior_type publish_handler(handler_actor::pointer self,
                                             const topics& to) {
  return {
    [self, to](const http::request_ptr& request) -> caf::result<http::answer> {
      auto parsed = parse(*request);
      if (!parsed)
        return http::answer{http::error_response(parsed.error())};
      auto promise = self->make_response_promise<http::answer>();
      msg::publish what{std::string{request->param("topic")},
                        std::move(*parsed)};
      self->request(to.actor(), caf::infinite, std::move(what))
        .then(
          [promise](const publish_result& done) mutable {
            promise.deliver(http::answer{answer_to(done)});
          },
          [promise](const caf::error&) mutable {
            promise.deliver(http::answer{http::error_response(
              {errc::unavailable, "the topics begin anew; try again"})});
          });
      return promise;
    },
  };
}

} // namespace

handler_actor spawn_publish_handler(caf::actor_system& sys, const topics& to) {
  return sys.spawn(publish_handler, to);
}

} // namespace lungo
