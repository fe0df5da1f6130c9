#include "lungo/caf.hpp"

#include "lungo/log.hpp"

#include <caf/sec.hpp>
#include <fmt/format.h>

namespace lungo {

void log_crashes(caf::scheduled_actor& self) {
  self.set_exception_handler(
    [](caf::scheduled_actor* who, std::exception_ptr& thrown) -> caf::error {
      auto why = describe(thrown);
      log::error(fmt::format("{} failed: {}", who->name(), why));
      return caf::make_error(caf::sec::runtime_error, why);
    });
}

std::string describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& err) {
    return err.what();
  } catch (...) {
    return "something that is no std::exception was thrown";
  }
}

} // namespace lungo
