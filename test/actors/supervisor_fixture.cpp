#include "supervisor_fixture.hpp"

#include <caf/scoped_actor.hpp>

namespace lungo::test {

msg::counts supervisor_fixture::counts() {
  msg::counts result;
  caf::scoped_actor self{system()};
  auto answer = self->request(supervisor, caf::infinite, msg::count{});
  run();
  answer.receive([&](const msg::counts& what) { result = what; },
                 [](const caf::error&) { FAIL("the supervisor is gone"); });
  return result;
}

} // namespace lungo::test
