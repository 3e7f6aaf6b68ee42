#pragma once

#include "drivers/driver.h"
#include "drivers/driver_processes.h"
#include "util/clock.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace clustd::drivers {

/// Sees to it that no process of a driver is left: SIGTERM first where there is time for it, then
/// SIGKILL, again and again until none is found.
///
/// Thread: the chain's. Owner: QObject parent.
class ProcessSweep : public QObject
{
    Q_OBJECT
public:
    struct Limits
    {
        Duration terminateFor{}; ///< From SIGTERM to SIGKILL; 0: SIGKILL at once
        Duration killWithin{}; ///< From the first SIGKILL until it has failed
        DriverProcesses::Reach reach = DriverProcesses::Reach::Descendants;
        bool isExpected
            = false; ///< Something runs as a matter of course: SIGTERM needs no log line
    };

    /// @param processes outlives the sweep; @param name of the driver, for the log
    ProcessSweep(DriverProcesses &processes, QString name, QObject *parent = nullptr);

    /// Once per object. @p done comes from the event loop.
    void start(const Limits &limits, Driver::Done done);
    /// Looks at once, e.g. because a process has ended.
    void lookNow();
    /// Gives up; done comes with @p why. What lives goes on living.
    void cutShort(const QString &why);

private:
    void look();
    void finish(const Outcome &outcome);

    DriverProcesses &m_processes;
    const QString m_name;
    Limits m_limits;
    Driver::Done m_done;
    Instant m_startedAt{};
    Instant m_killingSince{};
    bool m_isKilling = false;
    bool m_isTold = false;
    QSet<pid_t> m_terminated;
    std::chrono::milliseconds m_pause{};
    QTimer m_timer;
};

} // namespace clustd::drivers
