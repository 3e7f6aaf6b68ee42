#include "guard_pipe_port.h"

#include "util/clock.h"

#include <algorithm>
#include <utility>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr Duration kAskIntervalMin = 100ms;
constexpr int kUnansweredMax = 2;

QString textOf(guard::PlanRefusal why)
{
    switch (why) {
    case guard::PlanRefusal::NotStored:
        return u"it cannot store the plan; its log line says why"_s;
    case guard::PlanRefusal::NoWatchdog:
        return u"it cannot use the watchdog device; its log line says why"_s;
    case guard::PlanRefusal::TooLate:
        break;
    }
    return u"the lease is too short by now, or it is fencing"_s;
}

} // namespace

GuardPipePort::GuardPipePort(
    guard::GuardClient client, Incarnation incarnation, Duration fence, const Clock &clock)
    : m_client(std::move(client))
    , m_notifier(m_client.fd(), QSocketNotifier::Read)
    , m_fence(fence)
    , m_askTimer(clock)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, &GuardPipePort::readEvents);
    // Queued: what it finds must not come in the middle of the work that it rides along with.
    connect(&m_askTimer, &PiggybackTimer::due, this, &GuardPipePort::ask, Qt::QueuedConnection);
    m_client.sendHello(incarnation, fence);
    if (m_client.isConnected())
        // Along with other work it is due after three quarters of this: D, as long as the guard has
        // for an answer.
        m_askTimer.start(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::max(fence, kAskIntervalMin) * 4 / 3));
}

void GuardPipePort::givePlan(Term token, Instant deadline, const guard::FencePlan &plan)
{
    m_client.sendPlan(token, deadline, plan);
    armKillTimer(deadline);
    checkAlive();
}

void GuardPipePort::moveDeadline(Term token, Instant deadline)
{
    m_client.sendDeadline(token, deadline);
    armKillTimer(deadline);
    checkAlive();
}

void GuardPipePort::sayStopped(Term token)
{
    m_killTimer.disarm();
    m_client.sendStopped(token);
    checkAlive();
}

void GuardPipePort::sayLeaving()
{
    m_client.sendLeaving();
}

/// A failed write is told by the next read; nothing else may ever make the pipe readable then.
void GuardPipePort::checkAlive()
{
    if (!m_client.isConnected() && !m_isLossTold)
        QMetaObject::invokeMethod(this, &GuardPipePort::readEvents, Qt::QueuedConnection);
}

/// The guard acts at D/2 before the deadline; this is for when it does not.
void GuardPipePort::armKillTimer(Instant deadline)
{
    if (!m_isLossTold)
        m_killTimer.arm(deadline - m_fence / 4 - clusterNow());
}

/// Turns are counted, not time: when this process was stopped or the machine asleep, the guard must
/// get the chance to answer first.
void GuardPipePort::ask()
{
    readEvents();
    if (m_isLossTold)
        return; // This was queued before.
    if (m_isAsked) {
        if (++m_unanswered >= kUnansweredMax)
            setSilent(true);
        return;
    }
    m_isAsked = true;
    m_unanswered = 0;
    m_client.sendPing();
    checkAlive();
}

void GuardPipePort::setSilent(bool isSilent)
{
    if (isSilent == std::exchange(m_isSilent, isSilent))
        return;
    Q_EMIT silenceChanged(isSilent);
}

void GuardPipePort::readEvents()
{
    for (const guard::GuardMessage &message : m_client.readEvents()) {
        if (const auto *confirmed = std::get_if<guard::PlanConfirmed>(&message)) {
            Q_EMIT planHeld(confirmed->token);
        } else if (const auto *refused = std::get_if<guard::PlanRefused>(&message)) {
            Q_EMIT planRefused(textOf(refused->why));
        } else if (std::holds_alternative<guard::Pong>(message)) {
            m_isAsked = false;
            setSilent(false);
        } else if (!m_isLossTold) {
            m_isLossTold = true;
            m_notifier.setEnabled(false);
            m_askTimer.stop();
            // Now nobody but this process stops what runs, however long that takes.
            m_killTimer.disarm();
            Q_EMIT lost();
        }
    }
}

} // namespace clustd::daemon
