#pragma once

#include "commands/command.h"
#include "control/control_api.h"

#include <QDateTime>
#include <QString>

/// What `clustd status` and `clustd watch` show a person. Thread: any.
namespace clustd::daemon {

/// The line to read at 3 a.m.: how it stands, who is master, since when, what can still fail.
/// Without a line feed.
/// @param now for the span since then; invalid: without it, for a line that changes only with the
/// cluster.
[[nodiscard]] QString statusLine(const control::ClusterStatus &status, const QDateTime &now = {});

/// The line, why it is so, quorum and lease, then machines, drivers and alarms.
[[nodiscard]] QString statusText(const control::ClusterStatus &status, const QDateTime &now);

/// Done; NoMaster where there is no master or no quorum.
[[nodiscard]] ExitCode exitCodeFor(const control::ClusterStatus &status);

/// One event for a person, without a line feed: "   42  2026-01-01 12:00:00.123Z  cm-1  term 7
/// active  text". The number is what `clustd explain` takes.
[[nodiscard]] QString eventLine(const control::EventEntry &entry);

} // namespace clustd::daemon
