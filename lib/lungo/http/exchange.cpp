#include "lungo/http/exchange.hpp"

#include <utility>

namespace lungo::http {

bool exchange::upgrades() const noexcept {
  return upgrade && response.status == success_status(upgrade->kind);
}

exchange prepare(request_ptr request, answer what) {
  exchange made;
  made.request = std::move(request);
  if (auto* plain = std::get_if<response>(&what)) {
    made.response = std::move(*plain);
    return made;
  }
  auto& wish = std::get<upgrade>(what);
  made.response.status = success_status(wish.kind);
  made.response.fields = std::exchange(wish.fields, {});
  made.upgrade = std::move(wish);
  return made;
}

} // namespace lungo::http
