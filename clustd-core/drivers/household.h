#pragma once

#include <QByteArray>
#include <QString>

namespace clustd::drivers {

/// Whose drivers these are. Their processes are told from all others of the host by it: it is part
/// of CLUSTD_DRIVER_MARK and of the names of their cgroups.
struct Household
{
    QString cluster;
    QString node;
    /// Tells apart several daemons of one name on one host, as tests and demos run them; the
    /// absolute state directory serves. May be empty.
    QString place;
    bool usesCgroups = true; ///< False: as where no cgroup can be made

    /// "cluster/node@1f2e3d4c/driver/": what the mark of each process of @p driver begins with.
    [[nodiscard]] QByteArray mark(const QString &driver) const;
    /// "clustd:cluster:node@1f2e3d4c:driver".
    [[nodiscard]] QByteArray cgroupName(const QString &driver) const;
};

} // namespace clustd::drivers
