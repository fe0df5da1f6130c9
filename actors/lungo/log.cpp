#include "lungo/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace lungo::log {

namespace {

spdlog::logger& lifecycle() {
  static auto logger = [] {
    auto made = spdlog::stderr_logger_mt("lungo");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return made;
  }();
  return *logger;
}

spdlog::logger& accesses() {
  static auto logger = [] {
    auto made = spdlog::stdout_logger_mt("lungo.access");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

} // namespace

void debug(std::string_view line) {
  lifecycle().debug("{}", line);
}

void info(std::string_view line) {
  lifecycle().info("{}", line);
}

void warn(std::string_view line) {
  lifecycle().warn("{}", line);
}

void error(std::string_view line) {
  lifecycle().error("{}", line);
}

void access(std::string_view line) {
  accesses().info("{}", line);
}

bool set_level(std::string_view level) {
  for (std::string_view known : {"debug", "info", "warn", "error", "off"}) {
    if (level != known)
      continue;
    lifecycle().set_level(spdlog::level::from_str(std::string{level}));
    return true;
  }
  return false;
}

bool debug_enabled() noexcept {
  return lifecycle().should_log(spdlog::level::debug);
}

} // namespace lungo::log
