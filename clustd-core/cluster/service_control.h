#pragma once

#include "cluster/guard_port.h"
#include "config/config.h"
#include "control/control_api.h"
#include "drivers/driver_chain.h"
#include "election/effects.h"

#include <QCborMap>
#include <QObject>
#include <QThread>

#include <atomic>
#include <vector>

namespace clustd::cluster {

/// Carries out what the election asks of guard and drivers, and reports what came of it. The driver
/// chain runs on a thread of its own: a hung script or disk must neither cost a lease nor keep one.
/// Thread: the cluster thread. Owner: Node.
class ServiceControl : public QObject
{
    Q_OBJECT
public:
    /// @param guard outlives this object; null: no guard.
    /// @param advise nothing is run; what would be is logged and counts as done.
    ServiceControl(const config::Config &config, GuardPort *guard, bool advise, const Clock &clock,
        QObject *parent = nullptr);
    ~ServiceControl() override;

    /// Makes sure that nothing runs here which must not; rightSet() follows.
    void putRight();
    void carryOut(const election::ServiceCommand &command, const QString &master);
    void moveDeadline(const election::DeadlineMoved &deadline);
    /// Starts the drivers of the present activation again where they are not started.
    void startAgain();
    /// After stopFailed(): orders the same stop once more.
    void stopAgain();

    [[nodiscard]] std::vector<control::DriverRow> drivers() const { return m_rows; }
    /// A token's plan is with the guard.
    [[nodiscard]] bool isActive() const { return m_token.has_value(); }

Q_SIGNALS:
    /// Answer to putRight(): nothing runs here that must not, or why that is not sure.
    void rightSet(bool isRight, const QString &why);
    void guardReady(clustd::Term token);
    void started(clustd::Term token);
    void stopped(clustd::Term token);
    void stopFailed(clustd::Term token, const QString &why);
    void sick(const QString &driver, const QString &why);
    void well(const QString &driver);
    void driverEvent(const QString &name, const QCborMap &detail);
    /// The guard does not take the plan, so nothing may start (M2).
    void planRefused(const QString &why);
    void changed();

private:
    void prepare(const drivers::Activation &activation);
    void activate(const drivers::Activation &activation);
    void stop(const election::ServiceCommand &command);
    void takeStates(const QList<drivers::DriverState> &states);
    void onStopped(Term token);
    [[nodiscard]] drivers::Activation activation(
        const election::ServiceCommand &command, const QString &master) const;

    const config::Config m_config;
    GuardPort *m_guard;
    bool m_advise;
    QThread m_thread;
    drivers::DriverChain *m_chain; ///< Lives in m_thread, deleted by it
    std::vector<control::DriverRow> m_rows;
    std::optional<Term> m_token; ///< Of the plan that the guard holds
    Instant m_deadline{};
    std::optional<drivers::Activation> m_activation;
    std::optional<election::ServiceCommand> m_stop; ///< The last stop that was ordered
    /// Touched by the chain's thread alone: a stop was ordered since the last start. A chain whose
    /// start failed stops itself and says so; for the election that is no stop, since the mandate
    /// goes on.
    std::atomic<bool> m_isStopOrdered{false};
};

} // namespace clustd::cluster
