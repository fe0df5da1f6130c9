#pragma once

#include "lungo/http/exchange.hpp"
#include "lungo/http/verdict.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace lungo::http {

/// Which phases a middleware takes part in; the other costs nothing.
struct phases {
  bool enter = true;
  bool review = true;
};

/// Walks one exchange through its chain of middleware and its handler, and
/// decides who is asked next: `A.enter, B.enter, handler, B.review, A.review`.
///
/// A replacement in `enter` skips all that lies inside; the middleware around
/// it still review the answer. Whoever fails to answer is a denial: the
/// exchange goes on with the error's response, never unjudged. A state machine
/// without thread or clock: each call answers with what to do next.
class review {
public:
  enum class step : unsigned char {
    enter,  ///< Ask `middleware` for its verdict on the request.
    handle, ///< Call the handler.
    judge,  ///< Ask `middleware` for its verdict on the response.
    done,   ///< `take()` the exchange.
  };

  struct action {
    step what;
    std::size_t middleware = 0; ///< Index in the chain, 0 is the outermost.

    bool operator==(const action&) const = default;
  };

  review(request_ptr request, std::vector<phases> chain);

  /// The first thing to do.
  action start();

  /// The middleware that was asked answered.
  action on_verdict(verdict what);

  /// The handler answered.
  action on_answer(answer what);

  /// Whoever was asked failed, died or was too late.
  action on_failure(const error& err);

  /// The whole request is here; replaces the one without body. To be called
  /// before the handler.
  void set_body(std::string body);

  /// The exchange as it stands, to be shown to a middleware. It stays as it is:
  /// what changes later changes a copy.
  exchange_ptr snapshot();

  /// The exchange when all is `done`.
  exchange_ptr take() { return std::move(exchange_); }

  /// The same, where it ends by an ordinary response: not copied if nobody else
  /// may still look at it.
  response take_response();

  /// Does it end by an upgrade, as it stands?
  bool upgrades() const noexcept { return exchange_->upgrades(); }

private:
  action next_enter();
  action next_review();
  action turn_back(response instead);
  void amend_request(const amend& changes);
  void amend_response(const amend& changes);
  exchange& own();

  std::shared_ptr<exchange> exchange_;
  bool shown_ = false; ///< Does somebody else hold `exchange_`?
  std::vector<phases> chain_;
  std::size_t at_ = 0; ///< Entering: who is next. Reviewing: one past it.
  step now_ = step::enter;
};

} // namespace lungo::http
