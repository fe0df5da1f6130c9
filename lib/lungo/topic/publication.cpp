#include "lungo/topic/publication.hpp"

#include "lungo/utf8.hpp"

#include <algorithm>

namespace lungo::topic {

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_message_id = 200;

bool is_control(char c) {
  auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7f;
}

} // namespace

result<void> check_name(std::string_view topic) {
  if (topic.empty() || topic.size() > longest_name || !is_utf8(topic)
      || std::any_of(topic.begin(), topic.end(), is_control))
    return error{errc::bad_request, "the name of a topic has 1 to 200 octets "
                                    "of UTF-8 without control characters"};
  return {};
}

result<void> check(const publication& what) {
  if (what.what.id())
    return error{errc::bad_request, "an event of a topic gets its id from "
                                    "there; name it by a message id"};
  if (!what.what.data())
    return error{errc::bad_request, "an event of a topic needs data"};
  if (what.message_id.size() > longest_message_id)
    return error{errc::bad_request, "a message id has at most 200 octets"};
  return {};
}

std::size_t text_octets(const sse::event& what) noexcept {
  return (what.data() ? what.data()->size() : 0) + what.name().size()
         + (what.comment() ? what.comment()->size() : 0);
}

/// A key that nobody set is another text of the event, or none.
std::size_t octets(const publication& what) noexcept {
  auto& event = what.what;
  auto own_key = event.key() != event.type();
  return text_octets(event) + (own_key ? event.key().size() : 0)
         + what.message_id.size();
}

} // namespace lungo::topic
