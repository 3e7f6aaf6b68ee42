#pragma once

#include "control/control_api.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace clustd::monitor {

struct Journal
{
    std::vector<control::EventEntry> entries; ///< In the order of the file
    QStringList faults; ///< "events.jsonl:12: ...; remedy", the first few
    int faultCount = 0; ///< Lines that were left out
};

/// Reads a journal file: one JSON object a line, as the daemon writes it and `clustd events --json`
/// prints it. A broken line is left out and reported; the last one may be cut off by a crash.
/// Errors: System, Storage (nothing in it can be read). Thread: any.
[[nodiscard]] Result<Journal> readJournal(const QString &path);

} // namespace clustd::monitor
