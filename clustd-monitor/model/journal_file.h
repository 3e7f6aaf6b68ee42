#pragma once

#include "control/control_api.h"
#include "util/result.h"

#include <vector>

namespace clustd::monitor {

/// What a journal file holds.
struct JournalFile
{
    /// So many broken lines are described; all are counted.
    static constexpr std::size_t kNotesMax = 20;

    std::vector<control::EventEntry> entries; ///< In the order of the file
    std::vector<Error> notes; ///< "events.jsonl:14: what; remedy" for each broken line
    std::size_t brokenLines = 0;
};

/// Reads the journal of a machine, or what `clustd events --json` printed: one event a line. Lines
/// that are broken, such as the last one of a machine that lost its power, are left out and noted.
///
/// Errors: System for what cannot be read, Storage for what holds no event, Refused for a file
/// beyond @p bytesMax. Thread: any.
[[nodiscard]] Result<JournalFile> readJournal(
    const QString &path, qint64 bytesMax = qint64(512) * 1024 * 1024);

} // namespace clustd::monitor
