#pragma once

#include "support/patience.h"

#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace clustd::test {

/// The bound of whatever is waited for, in ms; far more than it takes.
inline constexpr int kWait = 30'000 * kPatience;

/// What `clustd ...` printed and how it ended.
struct CommandResult
{
    int code = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonObject json() const;
};

/// Real daemons on loopback in a folder of their own, each with a service that stamps the time
/// while it lives. Ends everything it started, also when a test fails half way.
class DaemonCluster
{
public:
    struct Options
    {
        int machines = 3;
        bool namesIds = false; ///< Files give the ids of the others, not only their addresses
        QString failoverWithin = QStringLiteral("%1s").arg(2 * kPatience);
        /// Added to `cluster:` of machine @p i (0 is the first), indented by two blanks; may be
        /// empty.
        std::function<QString(int i)> clusterExtra;
        /// Replaces the `drivers:` section; empty: the stamping service. The word FOLDER in it
        /// stands for folder().
        std::function<QString(int i)> drivers;
        /// The address of machine @p i; empty: 127.0.0.1 for all.
        std::function<QString(int i)> host;
        /// Words before the command line of machine @p i, such as those that enter a namespace.
        std::function<QStringList(int i)> enter;
    };
    explicit DaemonCluster(Options options);
    ~DaemonCluster();
    DaemonCluster(const DaemonCluster &) = delete;
    DaemonCluster &operator=(const DaemonCluster &) = delete;

    void start(int i);
    void startAll();
    /// startAll(), then waits (bounded) until machine 0 is master for all and its service, the
    /// stamping one, runs. Empty when it is so, else what is not.
    [[nodiscard]] QString startOnFirst();

    /// What can happen to one machine.
    enum class Fault {
        KillDaemon,
        KillGuard,
        CutPower, ///< Daemon, guard and all that they started
        HangDaemon, ///< For ever, as far as it goes by itself
        EndDaemon ///< In order
    };
    void strike(int i, Fault fault);
    /// Sends a signal to the guard, to its child, or to the two.
    void signalGuard(int i, int number);
    void signalChild(int i, int number);
    /// SIGKILL to guard, child and everything they started, as a power cut would.
    void cutPower(int i);
    /// Waits (bounded) until the guard has ended; its exit code, or nothing.
    std::optional<int> waitEnded(int i, std::chrono::milliseconds atMost);
    [[nodiscard]] bool isRunning(int i) const;
    [[nodiscard]] qint64 guardPid(int i) const;
    [[nodiscard]] qint64 childPid(int i) const;

    /// `clustd ARGUMENTS --config FILE of machine i`.
    [[nodiscard]] CommandResult command(
        int i, const QStringList &arguments, int timeoutMs = kWait) const;
    [[nodiscard]] QJsonObject status(int i) const;
    /// The id that machine i holds to be an active master, or empty.
    [[nodiscard]] QString activeMaster(int i) const;
    /// Polls (bounded) until every running machine names the same active master; its index, or -1.
    int waitForMaster(std::chrono::milliseconds atMost = std::chrono::milliseconds(kWait),
        int notThis = -1) const;

    [[nodiscard]] QString id(int i) const { return QStringLiteral("cm-%1").arg(i + 1); }
    [[nodiscard]] QString configFile(int i) const;
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] quint16 port(int i) const { return m_ports.at(size_t(i)); }
    [[nodiscard]] QString log(int i) const;
    void writeConfig(int i);
    /// From now on the file of machine @p i names these machines (itself among them or not);
    /// written anew.
    void list(int i, const QList<int> &machines);
    /// In the configuration file of machine @p i; fails the test when @p before is not there.
    void replaceInConfig(int i, const QString &before, const QString &after);
    /// Codes of the alarms that machine @p i shows.
    [[nodiscard]] QStringList alarms(int i) const;
    /// Living processes whose command line has @p text.
    [[nodiscard]] static QList<qint64> processesOf(const QString &text);
    [[nodiscard]] static QString stampService();
    /// The words before a daemon's command that let the disk of @p folder hang while
    /// `<folder>.hung` exists, see tests/support/hung_disk.cpp.
    [[nodiscard]] static QStringList withHungDisk(const QString &folder);

    /// One span in which the service ran on one machine, by its own stamps.
    struct Run
    {
        int machine = 0;
        qint64 pid = 0;
        quint64 term = 0;
        qint64 firstNs = 0;
        qint64 lastNs = 0;
    };
    [[nodiscard]] std::vector<Run> runs() const;
    /// Empty when no two runs overlapped and the terms rose; else what did not.
    [[nodiscard]] QString judge() const;

private:
    [[nodiscard]] QString host(int i) const;
    void launch(QProcess &process, int i, const QStringList &arguments) const;

    Options m_options;
    QTemporaryDir m_folder;
    std::vector<quint16> m_ports;
    std::map<int, QList<int>> m_lists; ///< What list() said; else all
    std::vector<std::unique_ptr<QProcess>> m_guards;
};

} // namespace clustd::test
