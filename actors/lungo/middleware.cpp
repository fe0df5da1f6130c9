#include "lungo/middleware.hpp"

#include "lungo/caf.hpp"
#include "lungo/messages.hpp"

#include <utility>

namespace lungo {

namespace {

class function_middleware : public middleware_actor::base {
public:
  function_middleware(caf::actor_config& cfg, std::string name,
                      middleware_functions functions)
    : middleware_actor::base(cfg),
      name_("middleware " + name),
      functions_(std::move(functions)) {}

  const char* name() const override { return name_.c_str(); }

  behavior_type make_behavior() override {
    log_crashes(*this);
    return {
      [this](const msg::enter& what) -> http::verdict {
        if (!functions_.enter)
          return http::approve{};
        return functions_.enter(*what.request);
      },
      [this](const msg::review& what) -> http::verdict {
        if (!functions_.review)
          return http::approve{};
        return functions_.review(*what.exchange);
      },
    };
  }

private:
  std::string name_;
  middleware_functions functions_;
};

} // namespace

middleware make_middleware(std::string name, middleware_functions functions) {
  http::phases phases{functions.enter != nullptr, functions.review != nullptr};
  return {name, phases, [=](caf::actor_system& sys) {
            return sys.spawn<function_middleware>(name, functions);
          }};
}

} // namespace lungo
