#pragma once

#include "cluster/guard_port.h"
#include "guard/guard_client.h"
#include "guard/kill_timer.h"
#include "util/piggyback_timer.h"

#include <QSocketNotifier>

namespace clustd::daemon {

/// The node's guard behind the real pipe. Asks it regularly whether it is at work: a guard that was
/// stopped or hangs keeps its pipe open, but would not stop anything in time.
/// Thread: the cluster thread. Owner: the daemon, as plain member; outlives the node.
class GuardPipePort final : public cluster::GuardPort
{
    Q_OBJECT
public:
    /// @param fence D, told to the guard with this life's number.
    /// @param clock outlives the port
    GuardPipePort(
        guard::GuardClient client, Incarnation incarnation, Duration fence, const Clock &clock);

    void givePlan(Term token, Instant deadline, const guard::FencePlan &plan) override;
    void moveDeadline(Term token, Instant deadline) override;
    void sayStopped(Term token) override;
    [[nodiscard]] bool isSilent() const override { return m_isSilent; }
    /// This thread is at work: the guard may be asked along with it.
    void ride() { m_askTimer.ride(); }
    /// Just before an orderly end.
    void sayLeaving();

private:
    void readEvents();
    void checkAlive();
    void ask();
    void setSilent(bool isSilent);
    void armKillTimer(Instant deadline);

    guard::GuardClient m_client;
    QSocketNotifier m_notifier;
    const Duration m_fence; ///< D
    guard::KillTimer m_killTimer;
    PiggybackTimer m_askTimer;
    int m_unanswered = 0; ///< Turns of the timer since a question that has no answer yet
    bool m_isAsked = false;
    bool m_isSilent = false;
    bool m_isLossTold = false;
};

} // namespace clustd::daemon
