#pragma once

#include "config/config.h"
#include "config/config_loader.h"
#include "config/section.h"

/// Inside of the loader: one function for each part of the file. Each takes the keys of its own
/// section into the Config and reports what is wrong with one key alone; what concerns several keys
/// is config_checks's.
namespace clustd::config {

void readServer(const Section &top, LoadOptions options, Config &config, Reading &reading);
void readCluster(const Section &top, Config &config, Reading &reading);
void readTiming(const Section &top, Config &config, Reading &reading);
void readDrivers(const Section &top, Config &config, Reading &reading);
/// last_resort, watchdog, state_dir, legacy_v1, access, http, log.
void readOperation(const Section &top, Config &config, Reading &reading);

/// What @p path is where it is there and no file: to be refused before it is opened, since a pipe
/// without a writer would never let go, and a device may begin something. Empty: it is a file.
[[nodiscard]] QString specialFile(const QString &path);

/// A section below the top, or one without keys where the file has none.
[[nodiscard]] Section subsection(
    const Section &above, const QString &key, const QStringList &known, Reading &reading);

} // namespace clustd::config
