#pragma once

#include "config/config.h"
#include "config/findings.h"

#include <QByteArray>

#include <optional>

namespace clustd::config {

/// What reading a file came to.
struct Loaded
{
    QString file; ///< As it is named in messages
    QByteArray yaml; ///< What was read
    std::optional<Config> config; ///< Nothing when there is any fault
    Findings findings; ///< In order of lines

    /// One line for each fault, each as Finding::text(), without a final line feed.
    [[nodiscard]] QString faultText() const;
};

struct LoadOptions
{
    bool allowsPortZero = false; ///< For tests: `bind_port: 0` takes any free port
};

/// Reads, checks and completes the configuration in @p path, and the secret_file that it names.
/// Reports every fault at once; a file that cannot be read is one. Lets no exception out.
/// Thread: any; reads files, so not the one that decides while a lease is held.
[[nodiscard]] Loaded loadConfig(const QString &path, LoadOptions options = {});

/// The same from memory. @p file names it in messages and its folder is where relative paths start;
/// it need not exist.
[[nodiscard]] Loaded parseConfig(
    const QByteArray &yaml, const QString &file, LoadOptions options = {});

} // namespace clustd::config
