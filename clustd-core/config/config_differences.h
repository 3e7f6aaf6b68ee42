#pragma once

#include "config/config.h"

#include <QList>
#include <QString>

namespace clustd::config {

/// One key that a reload finds changed.
struct Difference
{
    QString key; ///< "cluster.machines"
    QString what; ///< "100 -> 200"; for secrets only that they changed
    bool needsRestart = false; ///< Otherwise it takes effect at once

    friend bool operator==(const Difference &, const Difference &) = default;
};

/// What a reload from @p old to @p fresh changes, in the order of the file's sections.
///
/// Live: secrets, machines, roles, priority, failback, access, log level. All else is handed out
/// once, at start: addresses, ids, the election and its times, drivers, the state directory.
[[nodiscard]] QList<Difference> configDifferences(const Config &old, const Config &fresh);

} // namespace clustd::config
