#pragma once

#include "commands/command.h"
#include "util/error.h"

#include <QJsonObject>
#include <QString>

/// What commands say, and where: data on standard output, everything else on standard error.
namespace clustd::daemon {

/// Writes @p text as it is and flushes, so that a pipe sees it at once. Thread: main.
void printOut(const QString &text);

/// One JSON object on one line, or indented for a person at a terminal.
void printJson(const QJsonObject &object);

/// @p text and a line feed on standard error.
void printError(const QString &text);

/// "clustd: text" on standard error.
void printNote(const QString &text);

/// Says what went wrong on standard error and which exit code that is.
[[nodiscard]] ExitCode report(const Error &error);

/// The same, and with --json {schema, ok: false, code, error} on standard output. Not for wrong
/// usage, which no program mends.
[[nodiscard]] ExitCode report(const Error &error, const Arguments &arguments);

/// What a command ends with that has done its work: Failed when standard output did not take it.
[[nodiscard]] ExitCode afterOutput(ExitCode code);

[[nodiscard]] ExitCode exitCodeOf(ErrorCode code);

} // namespace clustd::daemon
