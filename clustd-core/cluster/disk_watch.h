#pragma once

#include "util/instant.h"

#include <QString>

namespace clustd::cluster {

/// Does the state folder still take what is written to it? A machine that cannot store a vote is of
/// no use as a master and should not find that out in the middle of an election. So a small file is
/// stored there every few seconds, durably, by the thread that stores the votes: a full disk, a
/// read-only one and one that hangs are seen while all is quiet.
///
/// Pure: is told the time and what came of the write. One question is under way at most.
class DiskWatch
{
public:
    static constexpr Duration kInterval = std::chrono::seconds(5);

    /// @param patience after which a write under way means that the disk hangs
    explicit DiskWatch(Duration patience)
        : m_patience(patience)
    {
    }

    /// The caller starts a write now, and says done() later.
    [[nodiscard]] bool takeDue(Instant now);
    /// @param why the folder cannot be relied on; empty: it can
    void done(const QString &why, Instant now);

    /// Why the state folder cannot be relied on, or nothing.
    [[nodiscard]] QString trouble(Instant now) const;

private:
    Duration m_patience;
    Instant m_dueAt{};
    Instant m_askedAt = kNever; ///< Under way since
    QString m_failure;
};

} // namespace clustd::cluster
