#include "lungo/handshake/upgrade_fsm.hpp"

#include "lungo/handshake/validation.hpp"

#include <utility>

namespace lungo::handshake {

upgrade_fsm::upgrade_fsm(http::exchange_ptr reviewed)
  : exchange_(std::move(reviewed)) {}

upgrade_fsm::action upgrade_fsm::start() {
  if (!exchange_->upgrades())
    return refuse(exchange_->response);
  auto& request = *exchange_->request;
  if (auto valid = validate(request, exchange_->upgrade->kind); !valid)
    return refuse(http::error_response(valid.error()));
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
  if (state_ != state::spawning)
    return {act::none, {}, {}};
  return refuse(http::error_response(err));
}

upgrade_fsm::action upgrade_fsm::refuse(http::response with) {
  state_ = state::refused;
  return {act::respond, std::move(with), {}};
}

} // namespace lungo::handshake
