#pragma once

#include <string_view>

namespace lungo::log {

/// The lifecycle log: what happens to the server, its actors and its streams;
/// one line each on standard error. Thread-safe.
void debug(std::string_view line);
void info(std::string_view line);
void warn(std::string_view line);
void error(std::string_view line);

/// The access log: one line per exchange, on standard output.
void access(std::string_view line);

/// Lines below `level` are left out: `debug`, `info`, `warn`, `error` or `off`.
/// @returns whether there is such a level.
bool set_level(std::string_view level);

/// Would `debug` write anything? Ask before a costly line.
bool debug_enabled() noexcept;

} // namespace lungo::log
