#pragma once

#include "config/config.h"
#include "util/instant.h"
#include "util/result.h"

#include <QString>
#include <QStringList>

/// The small words of a configuration and of the command line: times, names, near misses.
/// Thread: any.
namespace clustd::config {

/// "200ms", "2s", "1.5m", "2h"; a bare number is milliseconds. Whole nanoseconds, 0 to 10000 hours.
/// Errors: Config, with the text and the forms that are taken; `where` is left empty.
[[nodiscard]] Result<Duration> parseDuration(QStringView text);

/// The shortest exact form that parseDuration() reads: "2s", "66.667ms". Rounded to microseconds.
[[nodiscard]] QString durationText(Duration span);

/// `[A-Za-z0-9._-]{1,64}`: ids, cluster names, names of drivers and of token holders.
[[nodiscard]] bool isName(QStringView text);

/// Which of @p known the reader probably meant by @p word, or an empty string when none is near: at
/// most a third of the letters differ (insertions, deletions, changes, swaps of neighbours).
[[nodiscard]] QString nearestWord(const QString &word, const QStringList &known);

/// So much of a value is shown in a message.
inline constexpr qsizetype kValueShown = 80;

/// @p text with control characters made visible and cut to a readable length, in single quotes, for
/// messages about what a file or a peer said. Not for secrets.
[[nodiscard]] QString quoted(const QString &text);

/// The words of the file for a value: "voter", "witness", "standby"; "quorum", "naive".
[[nodiscard]] QString toText(election::MachineRole role);
[[nodiscard]] QString toText(ElectionMode mode);

/// The file that a command works on: @p asked (of --config), else the environment's CLUSTD_CONFIG,
/// else ./config.yml, else /etc/clustd/config.yml. The first two need not exist; reading tells.
/// Errors: Config, when none was named and neither default exists.
[[nodiscard]] Result<QString> findConfigFile(const QString &asked);

} // namespace clustd::config
