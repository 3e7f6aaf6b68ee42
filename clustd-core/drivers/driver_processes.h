#pragma once

#include "drivers/driver_cgroup.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

#include <sys/types.h>

namespace clustd::drivers {

struct FoundProcess
{
    pid_t pid = 0;
    pid_t group = 0;
    quint64 startTicks = 0; ///< With pid it names one process for ever
    QString name;
};

/// "worker (pid 812), sh (pid 815)": for logs; at most a handful, then how many more.
[[nodiscard]] QString toText(const QList<FoundProcess> &processes);

/// Finds the processes of one driver, wherever they went.
///
/// A process belongs to it if it is in the driver's cgroup, or its environment has the driver's
/// mark, or it is in a session that a command of the driver began, or it descends from one that
/// does, or adoptStrays() has taken it in. A process that escapes all of these at once is still
/// found by the guard, as a descendant of the daemon.
///
/// Thread: one at a time.
class DriverProcesses
{
public:
    static constexpr const char *kMarkName = "CLUSTD_DRIVER_MARK";

    /// @param mark what the value of CLUSTD_DRIVER_MARK begins with, unique on this host
    DriverProcesses(const QByteArray &mark, DriverCgroup cgroup);

    [[nodiscard]] DriverCgroup &cgroup() { return m_cgroup; }
    [[nodiscard]] const DriverCgroup &cgroup() const { return m_cgroup; }

    /// A command of the driver leads this session. To be called before it is reaped.
    void noteSession(pid_t leader);
    /// The command has ended; forgets its session unless a process of its group lives on.
    void forgetSession(pid_t leader);

    /// Takes in what a start command has left behind without any sign of us (its environment
    /// cleared, as by `su -`, in a session of its own): orphans of this process that began no
    /// earlier than @p since, a leader's start. Sound because only one start runs at a time.
    void adoptStrays(quint64 since);

    /// In clock ticks since boot; 0 when there is no such process.
    [[nodiscard]] static quint64 startTicks(pid_t pid);

    enum class Reach {
        Descendants, ///< Of this process: all that this life has started, as it is their subreaper
        Machine ///< All that have the mark: leftovers of a former life too
    };
    /// Live ones, in no order; never this process or one that it descends from. Orphans that have
    /// died since they were seen are reaped on the way.
    [[nodiscard]] QList<FoundProcess> find(Reach reach);

    /// To each one that is still the process that was found.
    static void signal(const QList<FoundProcess> &processes, int signal);

    /// SIGKILL to the cgroup and to all that find() finds.
    void kill(Reach reach);

private:
    struct Snapshot;
    [[nodiscard]] QList<FoundProcess> pick(const Snapshot &snapshot, Reach reach);
    void forgetGone(const Snapshot &snapshot);

    QByteArray m_mark; ///< "CLUSTD_DRIVER_MARK=cluster/node/driver/"
    DriverCgroup m_cgroup;
    QHash<pid_t, quint64> m_sessions; ///< Leader -> its start
    QHash<pid_t, quint64> m_seen; ///< Found before -> its start
};

/// Makes this process the one to which its orphaned descendants come (PR_SET_CHILD_SUBREAPER), so
/// that they stay descendants. Once is enough; harmless again.
void adoptOrphans();

/// Reaps dead orphans. An orphan is told from a child that someone here will still ask for by
/// patience: it is reaped when it was already dead at the call before.
/// Thread: one.
class OrphanReaper
{
public:
    /// A single system call while nothing is dead. To be called every few seconds.
    void look();

private:
    pid_t m_last = 0;
};

} // namespace clustd::drivers
