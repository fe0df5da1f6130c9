#include "lungo/flow/jitter.hpp"

namespace lungo::flow {

using std::chrono::milliseconds;

milliseconds jitter::between(milliseconds least, milliseconds most) {
  using distribution = std::uniform_int_distribution<milliseconds::rep>;
  return milliseconds{distribution{least.count(), most.count()}(engine_)};
}

milliseconds jitter::shortened(milliseconds whole) {
  constexpr int parts = 10;
  return between(whole - whole / parts, whole);
}

} // namespace lungo::flow
