#include "lungo/route_table.hpp"

#include <utility>

namespace lungo {

namespace {

std::string allow_value(const std::vector<http::method>& allowed) {
  std::string text;
  for (auto m : allowed) {
    if (!text.empty())
      text += ", ";
    text += to_string(m);
  }
  return text;
}

handler_function answer_not_found() {
  return [](const http::request&) -> http::answer {
    return http::error_response({errc::not_found, "there is nothing here"});
  };
}

handler_function answer_wrong_method(std::string allow) {
  return [allow = std::move(allow)](const http::request&) -> http::answer {
    auto answer = http::error_response(
      {errc::method_not_allowed, "this method has no meaning here"});
    answer.fields.set("Allow", allow);
    return answer;
  };
}

handler_function answer_options(std::string allow) {
  return [allow = std::move(allow)](const http::request&) -> http::answer {
    auto answer = http::empty();
    answer.fields.set("Allow", allow);
    return answer;
  };
}

/// `OPTIONS *` asks about the server as such (RFC 9110, 9.3.7): it is there.
handler_function answer_server_options() {
  return [](const http::request&) -> http::answer { return http::empty(); };
}

/// The method of the request that a preflight asks about, or any that exists.
http::method asked_about(const http::request& request,
                         const std::vector<http::method>& allowed) {
  auto name = request.fields.get("Access-Control-Request-Method");
  auto parsed = name ? http::parse_method(*name) : std::nullopt;
  return parsed.value_or(allowed.front());
}

} // namespace

result<std::size_t> route_table::add(http::method m, std::string_view pattern,
                                     lungo::handler h) {
  auto number = router_.add(m, pattern);
  if (number)
    routes_.push_back({std::move(h), {}});
  return number;
}

std::size_t route_table::add(lungo::middleware m) {
  middlewares_.push_back(std::move(m));
  return middlewares_.size() - 1;
}

void route_table::wrap(std::size_t number, std::size_t middleware) {
  routes_[number].chain.push_back(middleware);
}

route_table::plan route_table::find(http::method m,
                                    const http::request& request) const {
  if (request.target == "*")
    return {answer_server_options(), around_all_, {}, false};
  auto outcome = router_.find(m, request.path);
  if (auto* found = std::get_if<http::router::match>(&outcome))
    return make_plan(*found);
  auto* known = std::get_if<http::router::wrong_method>(&outcome);
  if (!known)
    return {answer_not_found(), around_all_, {}, false};
  if (m == http::method::options)
    return options_plan(request, *known);
  return {
    answer_wrong_method(allow_value(known->allowed)), around_all_, {}, false};
}

route_table::plan
route_table::options_plan(const http::request& request,
                          const http::router::wrong_method& known) const {
  plan result{
    answer_options(allow_value(known.allowed)), around_all_, {}, false};
  auto outcome
    = router_.find(asked_about(request, known.allowed), request.path);
  if (auto* found = std::get_if<http::router::match>(&outcome))
    result.chain = make_plan(*found).chain;
  return result;
}

route_table::plan
route_table::make_plan(const http::router::match& found) const {
  auto& entry = routes_[found.route];
  plan result{entry.handler, around_all_, found.params, true};
  result.chain.insert(result.chain.end(), entry.chain.begin(),
                      entry.chain.end());
  return result;
}

} // namespace lungo
