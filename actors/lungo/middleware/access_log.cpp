#include "lungo/middleware/access_log.hpp"

#include "lungo/log.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lungo {

namespace {

std::string escaped(std::string_view text) {
  if (text.empty())
    return "-";
  std::string out;
  for (char c : text)
    if (c > ' ' && c < 0x7f && c != '\\')
      out += c;
    else
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
  return out;
}

std::string upgrade_note(const http::exchange& exchange) {
  if (!exchange.upgrades())
    return {};
  return fmt::format("upgrade {} ", http::to_string(exchange.upgrade->kind));
}

} // namespace

std::string access_line(const access_log& how, const http::exchange& exchange) {
  auto& request = *exchange.request;
  std::string_view target = request.target;
  if (!how.with_query)
    target = target.substr(0, target.find('?'));
  return fmt::format("{} {} {} {} {}#{}", escaped(request.peer),
                     http::to_string(request.method), escaped(target),
                     static_cast<unsigned>(exchange.response.status),
                     upgrade_note(exchange), request.id);
}

access_log::operator middleware() const {
  auto judge = [how = *this](const http::exchange& x) -> http::verdict {
    log::access(access_line(how, x));
    return http::approve{};
  };
  return make_middleware("access_log", {.enter = nullptr, .review = judge});
}

} // namespace lungo
