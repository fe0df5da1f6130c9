#include "lungo/http/review.hpp"

#include <utility>

namespace lungo::http {

review::review(request_ptr request, std::vector<phases> chain)
  : exchange_(std::make_shared<exchange>()),
    chain_(std::move(chain)) {
  exchange_->request = std::move(request);
}

review::action review::start() {
  return next_enter();
}

review::action review::on_verdict(verdict what) {
  auto judging = now_ == step::judge;
  if (auto* instead = std::get_if<replace>(&what))
    return turn_back(std::move(instead->response));
  if (auto* changes = std::get_if<amend>(&what)) {
    if (judging)
      amend_response(*changes);
    else
      amend_request(*changes);
  }
  if (judging)
    return next_review();
  ++at_;
  return next_enter();
}

review::action review::on_answer(answer what) {
  auto& mine = own();
  auto prepared = prepare(std::move(mine.request), std::move(what));
  prepared.of_request = std::move(mine.of_request);
  mine = std::move(prepared);
  return next_review();
}

review::action review::on_failure(const error& err) {
  return turn_back(error_response(err));
}

void review::set_body(std::string body) {
  auto whole = std::make_shared<request>(*exchange_->request);
  whole->body = std::move(body);
  own().request = std::move(whole);
}

review::action review::next_enter() {
  while (at_ < chain_.size() && !chain_[at_].enter)
    ++at_;
  now_ = at_ < chain_.size() ? step::enter : step::handle;
  return {now_, now_ == step::enter ? at_ : 0};
}

review::action review::next_review() {
  while (at_ > 0 && !chain_[at_ - 1].review)
    --at_;
  if (at_ == 0)
    return {now_ = step::done};
  return {now_ = step::judge, --at_};
}

// `at_` already stands on the one that answered or failed, so the next to
// review is the one outside of it.
review::action review::turn_back(response instead) {
  auto& mine = own();
  mine.response = std::move(instead);
  mine.upgrade.reset();
  mine.of_response = {};
  return next_review();
}

void review::amend_request(const amend& changes) {
  auto amended = std::make_shared<request>(*exchange_->request);
  changes.apply_to(amended->fields);
  for (auto& [name, value] : changes.attributes())
    amended->attributes.emplace_back(name, value);
  auto& mine = own();
  mine.request = std::move(amended);
  if (changes.transform())
    mine.of_request.add(*changes.transform());
}

/// A whole body is transformed at once, which may throw, so before anything is
/// changed; that of a stream when it is made.
void review::amend_response(const amend& changes) {
  auto& mine = own();
  auto& transform = changes.transform();
  if (transform && !mine.upgrades())
    mine.response.body = (*transform)(mine.response.body, true);
  else if (transform)
    mine.of_response.add(*transform);
  changes.apply_to(mine.response.fields);
}

exchange_ptr review::snapshot() {
  shown_ = true;
  return exchange_;
}

response review::take_response() {
  return shown_ ? exchange_->response : std::move(exchange_->response);
}

exchange& review::own() {
  if (shown_)
    exchange_ = std::make_shared<exchange>(*exchange_);
  shown_ = false;
  return *exchange_;
}

} // namespace lungo::http
