#pragma once

#include "cluster/guard_port.h"
#include "guard/guard_client.h"

#include <QSocketNotifier>

namespace clustd::daemon {

/// The node's guard behind the real pipe.
/// Thread: the cluster thread. Owner: the daemon, as plain member; outlives the node.
class GuardPipePort final : public cluster::GuardPort
{
    Q_OBJECT
public:
    /// @param fence D, told to the guard with this life's number.
    GuardPipePort(guard::GuardClient client, Incarnation incarnation, Duration fence);

    void givePlan(Term token, Instant deadline, const guard::FencePlan &plan) override;
    void moveDeadline(Term token, Instant deadline) override;
    void sayStopped(Term token) override;
    /// Just before an orderly end.
    void sayLeaving();

private:
    void readEvents();
    void checkAlive();

    guard::GuardClient m_client;
    QSocketNotifier m_notifier;
    bool m_isLossTold = false;
};

} // namespace clustd::daemon
