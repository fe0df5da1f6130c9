#include "lungo/pipeline.hpp"

#include "lungo/log.hpp"

#include <caf/sec.hpp>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace lungo {

namespace {

constexpr const char* no_detail = "the server failed to answer";

/// A middleware that is down, or full, is a matter of time; one that failed
/// over this request is a fault.
errc denial_for(const caf::error& err) {
  return err == caf::sec::runtime_error ? errc::internal : errc::unavailable;
}

/// What is thrown at the moment.
void log_failure(const char* what) {
  log::error(
    fmt::format("{} failed: {}", what, describe(std::current_exception())));
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
      judge(std::move(what));
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

/// A verdict may bring a transform, which may throw.
void pipeline::judge(http::verdict what) {
  action next;
  try {
    next = review_->on_verdict(std::move(what));
  } catch (...) {
    log_failure("a transform");
    next = review_->on_failure({errc::internal, no_detail});
  }
  advance(next);
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
  if (auto* function = std::get_if<intake_function>(&handler_))
    return take_in(*function);
  if (body_missing_)
    return send<at_once>(at_.broker, msg::want_body{at_});
  take_whole({});
}

void pipeline::take_body(const msg::body& what) {
  if (what.at.number != at_.number || !body_missing_)
    return;
  body_missing_ = !what.last;
  if (what.failure) {
    reader_.reset();
    advance(review_->on_failure(*what.failure));
  } else if (reader_) {
    feed(std::move(*what.octets), what.last);
  } else {
    take_whole(std::move(*what.octets));
  }
}

/// The request as the handler gets it. One without a body has an empty one.
void pipeline::take_whole(std::string octets) {
  auto failed = answered("a transform", [&]() -> std::optional<http::answer> {
    auto& transforms = review_->snapshot()->of_request;
    if (!octets.empty() || !transforms.empty())
      review_->set_body(transforms.apply(std::move(octets), true));
    return std::nullopt;
  });
  if (failed)
    return;
  if (auto* function = std::get_if<handler_function>(&handler_))
    call(*function);
  else
    call(std::get<handler_actor>(handler_));
}

void pipeline::call(const handler_function& function) {
  answered("a handler", [&]() -> std::optional<http::answer> {
    return function(*review_->snapshot()->request);
  });
}

void pipeline::take_in(const intake_function& function) {
  auto over = answered("a handler", [&] { return begin(function); });
  if (over)
    return;
  if (body_missing_)
    return send<at_once>(at_.broker, msg::want_body{at_, false});
  feed({}, true);
}

/// Has the handler look at the head: it answers, or there is a reader now.
std::optional<http::answer> pipeline::begin(const intake_function& function) {
  auto exchange = review_->snapshot();
  transforms_ = exchange->of_request;
  auto made = function(*exchange->request);
  if (auto* answer = std::get_if<http::response>(&made))
    return std::move(*answer);
  if (auto* upgrade = std::get_if<http::upgrade>(&made))
    return std::move(*upgrade);
  reader_ = std::move(std::get<std::unique_ptr<http::body_reader>>(made));
  if (!reader_)
    throw std::logic_error("it made no reader of the body");
  return std::nullopt;
}

/// Gives a piece to the reader, and asks for the next one if it wants that.
void pipeline::feed(std::string octets, bool last) {
  auto over = answered("a body's reader", [&]() -> std::optional<http::answer> {
    auto passed = transforms_.apply(std::move(octets), last);
    std::optional<http::answer> answer;
    if (!passed.empty())
      answer = reader_->piece(passed);
    return answer || !last ? answer : reader_->end();
  });
  if (!over)
    send<at_once>(at_.broker, msg::want_body{at_, false});
}

/// Did `f` answer the request, or fail to? The handler's turn is over then.
template <class F>
bool pipeline::answered(const char* what, F f) {
  std::optional<http::answer> answer;
  try {
    answer = f();
  } catch (...) {
    log_failure(what);
    reader_.reset();
    fail(errc::internal, no_detail);
    return true;
  }
  if (!answer)
    return false;
  reader_.reset();
  advance(review_->on_answer(std::move(*answer)));
  return true;
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
  if (review_->upgrades())
    send(supervisor_, msg::admit{at_, review_->take()});
  else
    send<at_once>(at_.broker, msg::reply{at_, review_->take_response()});
  review_.reset();
  transforms_ = {};
  at_.broker = nullptr;
  handler_ = handler_function{};
}

} // namespace lungo
