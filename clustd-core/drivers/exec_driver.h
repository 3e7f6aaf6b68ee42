#pragma once

#include "drivers/command_run.h"
#include "drivers/driver.h"
#include "drivers/driver_processes.h"
#include "drivers/household.h"
#include "drivers/process_sweep.h"

#include <QByteArray>
#include <QList>
#include <QPointer>
#include <QStringList>

#include <memory>
#include <vector>

namespace clustd::drivers {

/// Commands that start, stop and check something (`start`, `stop`, `check`), or one long-running
/// process that this driver supervises (`run`).
///
/// start/stop: what `start` leaves running belongs to the service. `stop` runs first; what is left
/// after it gets SIGTERM, and SIGKILL when timeouts.stop is over. A fence runs `stop` with
/// CLUSTD_ACTION=fence and then kills what is left.
///
/// run: started when the program was executed and, where there is a `check`, that has succeeded
/// once; stopped by SIGTERM to all of its processes, then SIGKILL when timeouts.stop is over. Its
/// exit at any other time is ended(). A fence gives it half of its time before SIGKILL.
///
/// Addresses of `fence_addresses` are gone after a stop, a fence or a sweep, whoever takes them
/// away: `stop`, else this driver; the guard when the daemon is dead.
///
/// Every command is a session of its own, in a cgroup of the driver where one can be made, and is
/// marked in its environment; see DriverProcesses. It learns CLUSTD_ACTION (start, stop, fence,
/// check), CLUSTD_TERM, CLUSTD_NODE, CLUSTD_MASTER, CLUSTD_CLUSTER, CLUSTD_REASON and
/// CLUSTD_DEADLINE_MS (how long it may take), beside the daemon's own environment and `env:`.
/// What it prints goes to the log line by line; what a check prints only into its failure.
class ExecDriver : public Driver
{
    Q_OBJECT
public:
    ExecDriver(config::Driver config, Household household, QObject *parent = nullptr);
    /// Kills what is left.
    ~ExecDriver() override;

    [[nodiscard]] QString type() const override;
    void start(const Activation &activation, Done done) override;
    void stop(const Activation &activation, Done done) override;
    void fence(
        const Activation &activation, Duration within, Duration killWithin, Done done) override;
    void sweep(Duration killWithin, Done done) override;
    [[nodiscard]] bool hasCheck() const override;
    void check(const Activation &activation, Done done) override;
    void cutShort() override;
    void killNow() override;
    [[nodiscard]] bool addTo(
        guard::FencePlan &plan, const Activation &activation, bool withProcesses) const override;

private:
    [[nodiscard]] bool isSupervisor() const { return !config().run.isEmpty(); }
    [[nodiscard]] ChildSpec spec(const config::Command &command, const char *action,
        const Activation &activation, Duration within);
    void runJob(const config::Command &command, const char *action, const Activation &activation,
        const CommandLimits &limits, Done then);
    void startService(const Activation &activation);
    void onServiceExecuted(const Activation &activation);
    void onServiceEnded(const ChildEnd &end);
    void probe(const Activation &activation);
    void startSweep(const ProcessSweep::Limits &limits, const Outcome &soFar);
    [[nodiscard]] QStringList removeAddresses() const;
    void noteLeft();
    void finish(const Outcome &outcome);
    void finishLater(const Outcome &outcome);
    void beginAction(Done done);
    void onLine(const QString &line);

    const Household m_household;
    const QList<QByteArray>
        m_inherited; ///< The daemon's, without what is meant for the daemon alone
    DriverProcesses m_processes;
    /// What outlives the command that made it, as it was last seen: what the guard is told of.
    std::vector<FoundProcess> m_left;

    Done m_done; ///< Of the running action
    quint64 m_actionCount = 0; ///< What was posted for an earlier action is dropped
    CommandRun *m_job = nullptr; ///< start, stop or fence; our child, as are the next two
    CommandRun *m_check = nullptr;
    ProcessSweep *m_sweep = nullptr;
    Done m_checkDone;
    std::unique_ptr<ChildProcess> m_service; ///< run
    QPointer<OutputReader> m_serviceOutput;
    QString m_lastLine;
    quint64 m_startTicks = 0; ///< When the last start command began
    bool m_isStarting = false; ///< run: until its start is done
    bool m_isStopping = false; ///< The end of the service is wanted
    QTimer m_startTimer; ///< run: timeouts.start
    QTimer m_probeTimer; ///< run with check: when to try again
};

} // namespace clustd::drivers
