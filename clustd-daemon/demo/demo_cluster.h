#pragma once

#include "crypto/key_schedule.h"
#include "demo/relays.h"
#include "election/timing.h"
#include "util/result.h"

#include <QDir>
#include <QProcess>
#include <QUrl>

#include <memory>
#include <vector>

namespace clustd::daemon {

/// Three real daemons on loopback in a folder of their own, with cables that can be cut between
/// them. Thread: main. Owner: Demo. Ends everything that it started when it goes.
class DemoCluster
{
public:
    static constexpr int kMachines = Relays::kMachines;

    explicit DemoCluster(const QString &folder);
    ~DemoCluster();
    DemoCluster(const DemoCluster &) = delete;
    DemoCluster &operator=(const DemoCluster &) = delete;

    /// Finds free ports, lays the cables, writes the configurations. Errors: System.
    [[nodiscard]] Result<void> prepare();

    /// Errors: System.
    [[nodiscard]] Result<void> start(int i);
    void signalDaemon(int i, int number);
    void signalGuard(int i, int number);
    /// SIGKILL to guard, daemon and all that they started.
    void cutPower(int i);
    [[nodiscard]] bool isRunning(int i) const;
    /// A signal holds its daemon.
    [[nodiscard]] bool isHung(int i) const;

    [[nodiscard]] Relays &cables() { return m_cables; }
    [[nodiscard]] const Relays &cables() const { return m_cables; }

    [[nodiscard]] static QString id(int i) { return QStringLiteral("cm-%1").arg(i + 1); }
    /// The number of the machine called @p id, or -1.
    [[nodiscard]] static int indexOf(const QString &id);
    /// Where people reach machine @p i, past the cables.
    [[nodiscard]] QUrl uri(int i) const;
    [[nodiscard]] crypto::Credentials credentials() const;
    [[nodiscard]] quint16 servicePort() const { return m_servicePort; }
    [[nodiscard]] QString stampFile() const { return m_folder.filePath(QStringLiteral("stamps")); }
    [[nodiscard]] QString configFile(int i) const;
    [[nodiscard]] const election::Timing &timing() const { return m_timing; }

private:
    [[nodiscard]] pid_t daemonPid(int i) const;
    [[nodiscard]] Result<void> writeConfig(int i, const QByteArray &secret);

    QDir m_folder;
    Relays m_cables;
    election::Timing m_timing;
    std::vector<quint16> m_ports;
    std::vector<std::vector<quint16>> m_cablePorts; ///< [from][to]
    quint16 m_servicePort = 0;
    std::unique_ptr<crypto::ClusterKeys> m_keys;
    std::vector<std::unique_ptr<QProcess>> m_guards;
};

} // namespace clustd::daemon
