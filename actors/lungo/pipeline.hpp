#pragma once

#include "lungo/caf.hpp"
#include "lungo/http/review.hpp"
#include "lungo/messages.hpp"
#include "lungo/route_table.hpp"

#include <optional>

namespace lungo {

/// Takes the exchanges of one HTTP session through route, `enter`, handler and
/// `review`, one after the other, and hands the outcome on: a response to the
/// broker, an approved upgrade to the supervisor. What to do next is decided
/// by `http::review`; this actor asks and waits.
///
/// Spawned by the broker at the session's first request, on the scheduler, so
/// that handlers of different clients do not wait for each other; let go when
/// the session closes or becomes a connection.
class pipeline : public pipeline_actor::base {
public:
  pipeline(caf::actor_config& cfg, routes_ptr routes,
           supervisor_actor supervisor, std::chrono::milliseconds patience);

  behavior_type make_behavior() override;
  void on_exit() override { reader_.reset(); }
  const char* name() const override { return "lungo.pipeline"; }

private:
  using action = http::review::action;

  void serve(const msg::serve& what);
  void take_body(const msg::body& what);
  void deny_if_late(const msg::overdue& what);

  void advance(action next);
  void judge(http::verdict what);

  template <class F>
  bool answered(const char* what, F f);

  void ask(std::size_t index, bool reviewing);
  void handle();
  void call(const handler_function& function);
  void call(const handler_actor& actor);
  void take_whole(std::string octets);
  void take_in(const intake_function& function);
  std::optional<http::answer> begin(const intake_function& function);
  void feed(std::string octets, bool last);
  void fail(errc code, std::string message);
  void finish();

  /// Does `step` still wait for its answer? Late answers count for nothing.
  bool current(std::uint64_t step) const noexcept { return step == step_; }

  routes_ptr routes_;
  supervisor_actor supervisor_;
  std::chrono::milliseconds patience_; ///< For one verdict.

  // Of the exchange under way.
  exchange_ref at_;
  middleware_roster roster_;
  std::vector<std::size_t> chain_;
  lungo::handler handler_;
  std::optional<http::review> review_;
  bool body_missing_ = false;
  std::unique_ptr<http::body_reader> reader_; ///< While it takes the body.
  http::body_transforms transforms_;          ///< Of that body.

  // Of the question asked last.
  std::uint64_t step_ = 0;
  caf::actor_clock::time_point asked_at_;
  bool asking_middleware_ = false;
};

} // namespace lungo
