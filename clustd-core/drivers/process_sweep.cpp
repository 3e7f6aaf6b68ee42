#include "drivers/process_sweep.h"

#include "drivers/command_run.h"
#include "util/log_categories.h"

#include <algorithm>
#include <csignal>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPauseMin = 2ms;
constexpr std::chrono::milliseconds kPauseMax = 100ms;
/// SIGKILL takes effect within microseconds; a process that is still there is in the kernel.
constexpr std::chrono::milliseconds kKillPauseMax = 20ms;

} // namespace

ProcessSweep::ProcessSweep(DriverProcesses &processes, QString name, QObject *parent)
    : QObject(parent)
    , m_processes(processes)
    , m_name(std::move(name))
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ProcessSweep::look);
}

void ProcessSweep::start(const Limits &limits, Driver::Done done)
{
    m_limits = limits;
    m_done = std::move(done);
    m_startedAt = clusterNow();
    m_pause = kPauseMin;
    m_timer.start(0ms);
}

void ProcessSweep::lookNow()
{
    if (m_done)
        m_timer.start(0ms);
}

void ProcessSweep::cutShort(const QString &why)
{
    if (!m_done)
        return;
    m_timer.stop();
    QMetaObject::invokeMethod(
        this, [this, why] { finish(Outcome::failed(why)); }, Qt::QueuedConnection);
}

void ProcessSweep::look()
{
    const Instant now = clusterNow();
    const QList<FoundProcess> found = m_processes.find(m_limits.reach);
    if (found.isEmpty()) {
        finish(Outcome::ok());
        return;
    }
    if (!m_isKilling && now - m_startedAt < m_limits.terminateFor) {
        QList<FoundProcess> untold;
        for (const FoundProcess &process : found) {
            if (!m_terminated.contains(process.pid))
                untold += process;
            m_terminated.insert(process.pid);
        }
        if (!untold.isEmpty() && !m_limits.isExpected && !std::exchange(m_isTold, true))
            qCInfo(lcDrivers).noquote()
                << m_name + u": still there after stop: "_s + toText(untold) + u" -> SIGTERM"_s;
        DriverProcesses::signal(untold, SIGTERM);
        DriverProcesses::signal(untold, SIGCONT);
        const auto left = timerSpan(m_limits.terminateFor - (now - m_startedAt));
        m_pause = std::min(m_pause * 2, kPauseMax);
        m_timer.start(std::min(m_pause, left));
        return;
    }
    if (!std::exchange(m_isKilling, true)) {
        m_killingSince = now;
        m_pause = kPauseMin;
        qCWarning(lcDrivers).noquote() << u"%1: still up %2 after stop: %3 -> SIGKILL"_s.arg(
            m_name, spanText(now - m_startedAt), toText(found));
    } else if (now - m_killingSince >= m_limits.killWithin) {
        finish(Outcome::failed(u"%1 bears SIGKILL"_s.arg(toText(found))));
        return;
    }
    m_processes.cgroup().kill();
    DriverProcesses::signal(found, SIGKILL);
    m_pause = std::min(m_pause * 2, kKillPauseMax);
    m_timer.start(m_pause);
}

void ProcessSweep::finish(const Outcome &outcome)
{
    m_timer.stop();
    if (const Driver::Done done = std::exchange(m_done, {}))
        done(outcome);
}

} // namespace clustd::drivers
