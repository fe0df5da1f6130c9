#include "publisher.hpp"

#include "../event_text.hpp"

#include <charconv>

namespace bench {

void publisher::publish(std::size_t count) {
  if (by_body_)
    return count > 0 ? publish_body() : void();
  socket_.request("POST", target_ + std::to_string(count));
  asked_ = true;
}

bool publisher::ready() {
  if (asked_)
    if (auto body = answer_.put(socket_.read())) {
      if (!by_body_)
        std::from_chars(body->data(), body->data() + body->size(), last_);
      asked_ = false;
    }
  return !asked_;
}

void publisher::publish_body() {
  auto body = topic_data(++last_);
  socket_.send(fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n"
                           "Content-Length: {}\r\n\r\n{}",
                           target_.substr(0, target_.find('?')), body.size(),
                           body));
  asked_ = true;
}

} // namespace bench
