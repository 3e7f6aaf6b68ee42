#pragma once

#include "config/config.h"

#include <QString>
#include <QtGlobal>

/// Log lines on standard error, one system call each.
///
/// On a terminal and in a plain file a line starts with the time; journald has a time of its own.
/// Where standard error is no terminal, it starts with the priority "<N>" (sd-daemon(3)). Then the
/// category and the text, with control characters made visible: a peer may have chosen the text.
namespace clustd::daemon {

/// Installs the message handler and takes DEBUG ('clustd:*', 'clustd:election,clustd:link', a '-'
/// in front leaves one out) from the environment. Starts no thread; needs no QCoreApplication.
void setUpLogging();

/// `log.level`; DEBUG adds to it. May be called again at a reload.
void setLogLevel(config::LogLevel level);

/// The rules for QLoggingCategory::setFilterRules() that @p level and @p debug (the environment's
/// DEBUG) ask for.
[[nodiscard]] QString filterRules(config::LogLevel level, const QString &debug);

struct LineStyle
{
    bool hasPriority = false;
    bool hasTime = true;
};

/// One finished line with its line feed. @p time is printed as it is.
[[nodiscard]] QString logLine(QtMsgType type, const QString &category, const QString &text,
    const QString &time, LineStyle style);

} // namespace clustd::daemon
