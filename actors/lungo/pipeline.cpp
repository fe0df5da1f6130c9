#include "lungo/pipeline.hpp"

#include "lungo/log.hpp"

#include <caf/sec.hpp>
#include <fmt/format.h>

#include <utility>

namespace lungo {

namespace {

constexpr const char* no_detail = "the server failed to answer";

/// A middleware that is down, or full, is a matter of time; one that failed
/// over this request is a fault.
errc denial_for(const caf::error& err) {
  return err == caf::sec::runtime_error ? errc::internal : errc::unavailable;
}

} // namespace

pipeline::pipeline(caf::actor_config& cfg, routes_ptr routes,
                   supervisor_actor supervisor,
                   std::chrono::milliseconds patience)
  : pipeline_actor::base(cfg),
    routes_(std::move(routes)),
    supervisor_(std::move(supervisor)),
    patience_(patience) {}

pipeline::behavior_type pipeline::make_behavior() {
  log_crashes(*this);
  return {
    [this](const msg::serve& what) { serve(what); },
    [this](const msg::body& what) { take_body(what); },
    [this](const msg::overdue& what) { deny_if_late(what); },
  };
}

void pipeline::serve(const msg::serve& what) {
  auto plan = routes_->find(what.request->method, *what.request);
  what.request->params = std::move(plan.params);
  at_ = what.at;
  roster_ = what.roster;
  chain_ = std::move(plan.chain);
  handler_ = std::move(plan.handler);
  body_missing_ = what.has_body && plan.takes_body;
  std::vector<http::phases> phases;
  for (auto number : chain_)
    phases.push_back(routes_->middlewares()[number].phases);
  review_.emplace(what.request, std::move(phases));
  advance(review_->start());
}

void pipeline::advance(action next) {
  using step = http::review::step;
  ++step_;
  asking_middleware_ = false;
  switch (next.what) {
  case step::enter:
    return ask(next.middleware, false);
  case step::handle:
    return handle();
  case step::judge:
    return ask(next.middleware, true);
  case step::done:
    return finish();
  }
}

void pipeline::fail(errc code, std::string message) {
  advance(review_->on_failure({code, std::move(message)}));
}

// -- middleware ---------------------------------------------------------------

void pipeline::ask(std::size_t index, bool reviewing) {
  auto& actor = (*roster_)[chain_[index]];
  if (!actor)
    return fail(errc::unavailable, "this service is down for the moment");
  asking_middleware_ = true;
  asked_at_ = clock().now();
  auto on_verdict = [this, step = step_](http::verdict& what) {
    if (current(step))
      advance(review_->on_verdict(std::move(what)));
  };
  auto on_error = [this, step = step_](const caf::error& err) {
    if (current(step))
      fail(denial_for(err), no_detail);
  };
  auto exchange = review_->snapshot();
  if (reviewing)
    request(actor, caf::infinite, msg::review{std::move(exchange)})
      .then(on_verdict, on_error);
  else
    request(actor, caf::infinite, msg::enter{exchange->request})
      .then(on_verdict, on_error);
}

void pipeline::deny_if_late(const msg::overdue& what) {
  if (what.at.number != at_.number || !asking_middleware_
      || clock().now() - asked_at_ < patience_)
    return;
  log::warn("a middleware was too late with its verdict");
  fail(errc::unavailable, "this service is slow for the moment");
}

// -- handler ------------------------------------------------------------------

void pipeline::handle() {
  if (body_missing_)
    return send(at_.broker, msg::want_body{at_});
  std::visit([this](auto& h) { call(h); }, handler_);
}

void pipeline::take_body(const msg::body& what) {
  if (what.at.number != at_.number || !body_missing_)
    return;
  body_missing_ = false;
  if (what.failure)
    return advance(review_->on_failure(*what.failure));
  review_->set_body(std::move(*what.octets));
  handle();
}

void pipeline::call(const handler_function& function) {
  action next;
  try {
    next = review_->on_answer(function(*review_->snapshot()->request));
  } catch (...) {
    log::error(
      fmt::format("a handler failed: {}", describe(std::current_exception())));
    next = review_->on_failure({errc::internal, no_detail});
  }
  advance(next);
}

void pipeline::call(const handler_actor& actor) {
  request(actor, caf::infinite, review_->snapshot()->request)
    .then(
      [this, step = step_](http::answer& what) {
        if (current(step))
          advance(review_->on_answer(std::move(what)));
      },
      [this, step = step_](const caf::error& err) {
        if (!current(step))
          return;
        log::error(
          fmt::format("a handler failed: {}", describe(home_system(), err)));
        fail(denial_for(err), no_detail);
      });
}

// -- outcome ------------------------------------------------------------------

void pipeline::finish() {
  auto exchange = review_->take();
  if (exchange->upgrades())
    send(supervisor_, msg::admit{at_, std::move(exchange)});
  else
    send(at_.broker, msg::reply{at_, exchange->response});
  review_.reset();
  at_.broker = nullptr;
  handler_ = handler_function{};
}

} // namespace lungo
