#include "lungo/flow/overflow_policy.hpp"

namespace lungo::flow {

std::string_view to_string(overflow_policy policy) noexcept {
  switch (policy) {
  case overflow_policy::disconnect:
    return "disconnect";
  case overflow_policy::drop_oldest:
    return "drop_oldest";
  case overflow_policy::drop_newest:
    return "drop_newest";
  case overflow_policy::coalesce:
    return "coalesce";
  }
  return "unknown";
}

} // namespace lungo::flow
