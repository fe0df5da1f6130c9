#include "server_figures.hpp"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>

namespace bench {

server_figures::server_figures(pid_t server) : server_(server) {
  if (clock_getcpuclockid(server, &clock_) != 0)
    throw std::runtime_error(fmt::format("there is no process {}", server));
}

std::chrono::nanoseconds server_figures::cpu() const {
  timespec used{};
  if (clock_gettime(clock_, &used) != 0)
    throw std::runtime_error("the server is gone");
  return std::chrono::seconds{used.tv_sec}
         + std::chrono::nanoseconds{used.tv_nsec};
}

memory server_figures::now_in_memory() const {
  std::ifstream rollup{fmt::format("/proc/{}/smaps_rollup", server_)};
  std::string line;
  std::getline(rollup, line); // The range of addresses.
  memory sum;
  std::string name;
  std::string unit;
  for (std::size_t amount = 0; rollup >> name >> amount >> unit;) {
    amount *= 1024;
    if (name == "Anonymous:")
      sum.anonymous = amount;
    else if (name == "Pss:")
      sum.proportional = amount;
    else if (name == "Private_Clean:" || name == "Private_Dirty:")
      sum.own += amount;
  }
  if (sum.anonymous == 0)
    throw std::runtime_error("cannot read the memory of the server");
  return sum;
}

std::size_t server_figures::peak_resident() const {
  constexpr std::string_view wanted = "VmHWM:";
  std::ifstream status{fmt::format("/proc/{}/status", server_)};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(wanted))
      return std::stoul(line.substr(wanted.size())) * 1024;
  throw std::runtime_error("cannot read the memory of the server");
}

} // namespace bench
