#pragma once

#include "util/result.h"

#include <QSize>
#include <QStringList>

#include <optional>

namespace clustd::monitor {

/// The command line of clustd-monitor.
struct Options
{
    QStringList uris; ///< --connect, as often as wanted; each its own cluster
    QStringList tokenFiles; ///< --token-file, one for all or one for each --connect
    QStringList journals; ///< --open
    QString screenshot; ///< --screenshot: render, save, end
    QSize size; ///< --size; empty: as it was
    static constexpr int kOverview = -1;
    std::optional<int> tab; ///< --tab: of MainWindow::showTab(), or kOverview
    QString theme; ///< --theme: light, dark; empty: the desktop's
    std::optional<qint64> atMs; ///< --at: the moment to show, milliseconds since 1970 UTC
    QString select; ///< --select
    QString settings; ///< --settings: a file instead of the user's
    QString language; ///< --language

    std::optional<QString> toPrint; ///< --help, --version: print this and end with 0
};

/// @param arguments with the program's name. Errors: Usage.
[[nodiscard]] Result<Options> parseOptions(const QStringList &arguments);

} // namespace clustd::monitor
