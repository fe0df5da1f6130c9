#include "publisher.hpp"

#include <charconv>

namespace bench {

void publisher::publish(std::size_t count) {
  socket_.request("POST", target_ + std::to_string(count));
  asked_ = true;
}

bool publisher::ready() {
  if (asked_)
    if (auto body = answer_.put(socket_.read())) {
      std::from_chars(body->data(), body->data() + body->size(), last_);
      asked_ = false;
    }
  return !asked_;
}

} // namespace bench
