#pragma once

#include "lungo/result.hpp"
#include "lungo/settings.hpp"

#include <caf/actor_system_config.hpp>

namespace lungo {

/// CAF's configuration with the settings of a server in it. Values come from
/// code (set members before `load`), from a file (`--config-file=FILE`, INI
/// form, `lungo.ini` in the working directory unless told), and from the
/// command line, which wins. Actors run in a `worker_pool`, each with a bounded
/// turn.
class config : public caf::actor_system_config {
public:
  config();

  /// Reads file and command line. On a fault, one line on standard error says
  /// what it is.
  /// @returns whether the program is to go on, and with which exit code if not.
  struct outcome {
    bool go_on = true;
    int exit_code = 0;
  };
  outcome load(int argc, char** argv);

  settings server;
  std::string log_level = "info";
  std::size_t workers = 0; ///< Scheduler threads; 0 leaves it to the cores.

private:
  result<void> check_file() const;
  result<void> check_group(const std::string& group,
                           const caf::settings& values) const;
  result<void> check_value(const std::string& group, const std::string& name,
                           const caf::config_value& value) const;
  void set_scheduler();
};

} // namespace lungo
