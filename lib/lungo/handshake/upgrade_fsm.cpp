#include "lungo/handshake/upgrade_fsm.hpp"

#include "lungo/handshake/validation.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace lungo::handshake {

namespace {

/// Fields that speak of a stream's content, not of its exchange.
constexpr std::string_view of_content[] = {"Content-Type",
                                           "Content-Encoding",
                                           "Content-Language",
                                           "Content-Location",
                                           "Content-Disposition",
                                           "Cache-Control",
                                           "Expires",
                                           "ETag",
                                           "Last-Modified"};

bool is_of_content(std::string_view name) {
  return std::any_of(std::begin(of_content), std::end(of_content),
                     [&](auto each) { return http::iequals(each, name); });
}

/// What middleware said holds for this answer too, that none of them will see:
/// without its CORS fields, say, a page could not even read the status. What
/// the answer says itself stands.
void carry_over(const http::fields& reviewed, http::fields& answer) {
  const auto own = answer;
  for (auto& [name, value] : reviewed)
    if (!is_of_content(name) && !is_of_handshake(name) && !own.contains(name))
      answer.add(name, value);
}

} // namespace

upgrade_fsm::upgrade_fsm(http::exchange_ptr reviewed, policy allowed)
  : exchange_(std::move(reviewed)),
    allowed_(std::move(allowed)) {}

upgrade_fsm::action upgrade_fsm::start() {
  if (!exchange_->upgrades())
    return refuse(exchange_->response);
  auto& request = *exchange_->request;
  if (auto answer = refusal(request, *exchange_->upgrade, allowed_))
    return deny(std::move(*answer));
  if (request.method == http::method::head) {
    state_ = state::refused;
    return {act::head_only, {}, open(*exchange_)};
  }
  state_ = state::spawning;
  return {act::spawn, {}, {}};
}

upgrade_fsm::action upgrade_fsm::on_ready() {
  if (state_ != state::spawning)
    return {act::none, {}, {}};
  state_ = state::committed;
  return {act::commit, {}, open(*exchange_)};
}

upgrade_fsm::action upgrade_fsm::on_failed(const error& err) {
  if (state_ != state::admitted && state_ != state::spawning)
    return {act::none, {}, {}};
  return deny(http::error_response(err));
}

upgrade_fsm::action upgrade_fsm::on_full(const error& why,
                                         std::chrono::milliseconds retry) {
  if (state_ != state::spawning)
    return {act::none, {}, {}};
  auto denial
    = deny(come_back_later(*exchange_, allowed_.at_limit, why, retry));
  denial.what = act::turn_away;
  return denial;
}

upgrade_fsm::action upgrade_fsm::deny(http::response with) {
  carry_over(exchange_->response.fields, with.fields);
  return refuse(std::move(with));
}

upgrade_fsm::action upgrade_fsm::refuse(http::response with) {
  state_ = state::refused;
  return {act::respond, std::move(with), {}};
}

} // namespace lungo::handshake
