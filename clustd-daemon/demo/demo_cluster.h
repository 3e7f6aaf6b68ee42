#pragma once

#include "util/result.h"

#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace clustd::daemon {

/// Three real daemons on loopback in a temporary folder, and the service that follows their master.
/// Thread: main. Ends everything that it started when it goes.
class DemoCluster
{
public:
    DemoCluster();
    ~DemoCluster();
    DemoCluster(const DemoCluster &) = delete;
    DemoCluster &operator=(const DemoCluster &) = delete;

    static constexpr int kMachines = 3;

    [[nodiscard]] Result<void> prepare();
    void start(int i);
    void signalDaemon(int i, int number);
    void signalGuard(int i, int number);
    /// SIGKILL to guard, daemon and all that they started.
    void cutPower(int i);
    [[nodiscard]] bool isRunning(int i) const;

    /// What `clustd status --json` of machine @p i says now; empty when it does not answer.
    [[nodiscard]] QJsonObject status(int i) const;
    /// Runs `clustd ARGUMENTS` against machine @p i; whether it exited 0.
    bool command(int i, const QStringList &arguments) const;
    /// Who answers on the service's address ("cm-2"), or empty.
    [[nodiscard]] QString servedBy() const;

    [[nodiscard]] QString id(int i) const { return QStringLiteral("cm-%1").arg(i + 1); }
    [[nodiscard]] quint16 servicePort() const { return m_servicePort; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    void keep() { m_folder.setAutoRemove(false); }

    struct Run
    {
        QString machine;
        qint64 pid = 0;
        quint64 term = 0;
        qint64 firstNs = 0;
        qint64 lastNs = 0;
        qint64 stamps = 0;
    };
    /// Every life of the service by its own stamps, in order of their beginnings.
    [[nodiscard]] std::vector<Run> runs() const;
    /// Empty when no two lives overlapped and terms rose; else what did not.
    [[nodiscard]] static QString judge(const std::vector<Run> &runs);

private:
    QTemporaryDir m_folder;
    std::vector<quint16> m_ports;
    quint16 m_servicePort = 0;
    std::vector<std::unique_ptr<QProcess>> m_guards;
};

} // namespace clustd::daemon
