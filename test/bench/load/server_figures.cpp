#include "server_figures.hpp"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
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
  return status("VmHWM:");
}

std::size_t server_figures::restart_peak() const {
  constexpr int peak_of_resident = 5;
  std::ofstream clear{fmt::format("/proc/{}/clear_refs", server_)};
  clear << peak_of_resident << std::flush;
  if (!clear)
    throw std::runtime_error("cannot restart the server's peak of memory");
  return status("VmRSS:");
}

std::size_t server_figures::descriptors() const {
  std::filesystem::directory_iterator all{fmt::format("/proc/{}/fd", server_)};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t server_figures::status(std::string_view name) const {
  std::ifstream status{fmt::format("/proc/{}/status", server_)};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name))
      return std::stoul(line.substr(name.size())) * 1024;
  throw std::runtime_error("cannot read the memory of the server");
}

} // namespace bench
