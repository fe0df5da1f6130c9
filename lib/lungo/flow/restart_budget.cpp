#include "lungo/flow/restart_budget.hpp"

namespace lungo::flow {

bool restart_budget::spend(time_point now) {
  while (!spent_.empty() && now - spent_.front() > window_)
    spent_.pop_front();
  if (spent_.size() >= most_)
    return false;
  spent_.push_back(now);
  return true;
}

} // namespace lungo::flow
