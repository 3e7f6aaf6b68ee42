#pragma once

#include "guard/fence_plan.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <QObject>

namespace clustd::cluster {

/// The node's way to its guard; the daemon puts the pipe behind it, tests a twin of their own.
/// Thread: the cluster thread.
class GuardPort : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] virtual bool isSilent() const { return false; }
    /// G1: answered by planHeld() or planRefused().
    virtual void givePlan(Term token, Instant deadline, const guard::FencePlan &plan) = 0;
    /// G2. Never earlier than before for one token.
    virtual void moveDeadline(Term token, Instant deadline) = 0;
    /// G2: everything of @p token has stopped.
    virtual void sayStopped(Term token) = 0;

Q_SIGNALS:
    void planHeld(clustd::Term token);
    void planRefused(const QString &why);
    /// The guard lives but does not answer, so it would not act in time either; or it does again.
    void silenceChanged(bool isSilent);
    /// The guard is gone: stop everything at once and end (G4).
    void lost();
};

} // namespace clustd::cluster
