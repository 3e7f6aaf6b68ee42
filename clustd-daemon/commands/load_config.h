#pragma once

#include "arguments.h"
#include "config/config_loader.h"

#include <optional>

namespace clustd::daemon {

/// The configuration that the command line names (or findConfigFile() finds), or nothing after
/// every fault of it was printed to standard error: the command then ends with ExitCode::Config.
/// Warnings are not printed; they are in the result of loadConfig().
[[nodiscard]] std::optional<config::Config> loadConfigFor(const Arguments &arguments);

/// The same, with what was read.
[[nodiscard]] std::optional<config::Loaded> loadFileFor(const Arguments &arguments);

/// Prints every fault of @p loaded to standard error, one a line, "file:line: key: what; remedy".
void printFaults(const config::Loaded &loaded);

/// Into the log, for a daemon that starts or reads its file again.
void logWarnings(const config::Loaded &loaded);

/// Prints every warning to standard error: "file:line: warning: key: what; remedy".
void printWarnings(const config::Loaded &loaded);

} // namespace clustd::daemon
