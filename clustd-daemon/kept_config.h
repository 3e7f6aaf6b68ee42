#pragma once

#include <QByteArray>

namespace clustd::daemon {

/// The configuration file as it last was without a fault, in memory that all lives of the daemon
/// under one guard share: the next life goes on with it when the file is broken by then. Not on
/// disk, since secrets stand in it. Made before the guard forks; empty where the kernel gives no
/// such memory. Thread: any, one at a time.
class KeptConfig
{
public:
    KeptConfig();
    ~KeptConfig();
    KeptConfig(const KeptConfig &) = delete;
    KeptConfig &operator=(const KeptConfig &) = delete;

    void keep(const QByteArray &yaml) const;
    /// Empty when nothing was kept, or when a life ended while it wrote.
    [[nodiscard]] QByteArray kept() const;

private:
    int m_file; ///< memfd_create(2)
};

} // namespace clustd::daemon
