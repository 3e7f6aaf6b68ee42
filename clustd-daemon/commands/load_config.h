#pragma once

#include "arguments.h"
#include "config/config_loader.h"

#include <QJsonArray>
#include <QJsonObject>

#include <optional>

namespace clustd::daemon {

/// The configuration that the command line names (or findConfigFile() finds), or nothing after
/// every fault of it was printed to standard error, and with --json faultsJson() to standard
/// output: the command then ends with ExitCode::Config.
/// Warnings are not printed; they are in the result of loadConfig().
[[nodiscard]] std::optional<config::Config> loadConfigFor(const Arguments &arguments);

/// The same, with what was read.
[[nodiscard]] std::optional<config::Loaded> loadFileFor(const Arguments &arguments);

/// Why @p loaded is refused, for --json: {schema, ok: false, code, error, file, faults, warnings};
/// of each finding {line, key, what, remedy}.
[[nodiscard]] QJsonObject faultsJson(const config::Loaded &loaded);
[[nodiscard]] QJsonArray findingsJson(const QList<config::Finding> &findings);

/// Prints every fault of @p loaded to standard error, one a line, "file:line: key: what; remedy".
void printFaults(const config::Loaded &loaded);

/// Into the log, for a daemon that starts or reads its file again.
void logWarnings(const config::Loaded &loaded);

/// Prints every warning to standard error: "file:line: warning: key: what; remedy".
void printWarnings(const config::Loaded &loaded);

} // namespace clustd::daemon
