#pragma once

#include "drivers/driver.h"
#include "util/clock.h"
#include "util/result.h"

#include <QList>
#include <QObject>
#include <QTimer>
#include <QVariantMap>

#include <memory>
#include <optional>
#include <vector>

namespace clustd::drivers {

class HealthCheck;
class OrphanReaper;

/// The drivers of one machine as one service: started in the order of the file, stopped in reverse,
/// one action at a time, every one awaited, the newest intent first. A stop that arrives during a
/// start kills the running start command and stops in reverse what was started; a start that
/// arrives during a stop waits until everything has stopped, and is forgotten if another stop comes
/// first.
///
/// A driver is *active* from the moment it was told to start until its stop has succeeded.
/// stopped() is only said when none is: the lease, the guard and promise 1 of docs/ELECTION.md rest
/// on it.
///
/// Thread: a worker's, with an event loop; make it, moveToThread(), and reach every slot through a
///         queued call. Only fencePlan() may be called from any thread.
/// Owner:  whoever made it; end it with shutdown() and wait for shutDown(), so that nothing stays
///         behind. The destructor kills what is left without a word.
/// Errors: none are thrown; each is a signal that names the token.
class DriverChain : public QObject
{
    Q_OBJECT
public:
    /// @param drivers in the order of the file; may be empty (then start and stop succeed at once)
    /// @param clock outlives the chain
    explicit DriverChain(std::vector<std::unique_ptr<Driver>> drivers, const Clock &clock,
        QObject *parent = nullptr);
    ~DriverChain() override;

    /// What must be killed or run so that nothing of @p activation stays active (G1); known before
    /// anything starts. Errors: Config, when the plan does not fit into what the guard holds; then
    /// nothing may be started.
    /// Thread: any.
    [[nodiscard]] Result<guard::FencePlan> fencePlan(const Activation &activation) const;

    [[nodiscard]] QList<DriverState> states() const;

public Q_SLOTS:
    /// Starts all; where all runs under this very token already and something of it is sick, stops
    /// it first. Answer: started(token); or startFailed(token, ...), after which everything is
    /// stopped again and stopped(token) or stopFailed(token, ...) follows.
    void activate(const clustd::drivers::Activation &activation);

    /// Stops all that is active: by the ordinary path, then, where that fails, by force. Answer:
    /// stopped(token) or stopFailed(token, ...); at once when nothing is active. After stopFailed
    /// it may be asked again.
    void stop(clustd::Term token, const QString &reason);

    /// Stops all that is active by force (M3): each stop command gets a share of @p within / 4, in
    /// reverse order, and at within / 4 everything that still lives gets SIGKILL. What has failed
    /// is tried again until @p within / 2. Answer as for stop().
    /// @param within D of the timing
    void fence(clustd::Term token, const QString &reason, clustd::Duration within);

    /// The master stays master after a heal: runs every check now. No answer but the usual sick()
    /// and well().
    void reassert();

    /// Makes sure that nothing runs here that must not, before the first election and after a heal.
    /// Answer: rightSet(...). Changes nothing while a start is wanted or done.
    ///
    /// The first time, nobody knows what a former life left behind: each driver is stopped by its
    /// stop command (timeouts.stop), in reverse order. Later only what its check finds running is
    /// stopped, and processes that are left over are killed. A stop command that fails here twice,
    /// the second time as `fence`, is only logged when no process of the driver is left and its
    /// check, if it has one, says that it does not run: a script that fails because there is
    /// nothing to stop must not keep this machine out of the cluster for ever.
    void setRight();

    /// Stops what is active, as stop() does, and takes no more orders. Answer: shutDown().
    void shutdown();

Q_SIGNALS:
    void started(clustd::Term token);
    void stopped(clustd::Term token);
    /// Even force did not stop it; @p why names the drivers. They stay active.
    void stopFailed(clustd::Term token, const QString &why);
    void startFailed(clustd::Term token, const QString &driver, const QString &why);
    void rightSet(bool isRight, const QString &why);
    void shutDown();

    /// A driver with on_failure: handover does not work: its start failed, its process ended, or
    /// its check failed more often in a row than retries forgive. Said once until well().
    void sick(const QString &driver, const QString &why);
    /// It works again, or it was stopped and so is no longer known to be sick.
    void well(const QString &driver);

    /// An event of the journal: `driver-started`, `driver-stopped` or `driver-failed`. @p detail
    /// has `driver`, `type`, `action`, `duration_ms` and, of a failure, `why`.
    void driverEvent(const QString &name, const QVariantMap &detail);
    void output(const QString &driver, const QString &line);
    void statesChanged(const QList<clustd::drivers::DriverState> &states);

    /// New process groups run: the guard's plan for @p token should become @p plan.
    void fencePlanChanged(clustd::Term token, const clustd::guard::FencePlan &plan);

private:
    struct Link;
    struct Descent;
    enum class Action { Start, Stop, Fence, Check, Sweep };

    void advance();
    void advanceDown();
    void advanceUp();
    enum class DescentKind {
        Ordinary,
        PutRight, ///< Drivers that are not known to be active too
        Restart ///< A start follows, or is tried again: what is sick stays sick
    };
    void beginDescent(const QString &reason, const QList<Term> &tokens = {},
        DescentKind kind = DescentKind::Ordinary);
    void interrupt();
    void begin(Link &link, Action action);
    void onDone(Action action, const Outcome &outcome);
    void onStarted(Link &link, const Outcome &outcome);
    void onDescended(Link &link, Action action, const Outcome &outcome);
    void finishDescent();
    void settle(Link &link, const QString &failure);
    void onEnded(Link &link, const QString &why);
    void setHealth(Link &link, bool isHealthy, const QString &why);
    void forgetSickness();
    void setPhase(Link &link, Phase phase, const QString &detail = {});
    void report(const QString &name, const Link &link, Action action, const QString &why);
    void killAll();
    void announcePlan();
    [[nodiscard]] Result<guard::FencePlan> plan(
        const Activation &activation, bool withProcesses) const;
    [[nodiscard]] Duration forcedSlice() const;
    [[nodiscard]] Activation orders() const;
    [[nodiscard]] bool isAnyActive() const;
    [[nodiscard]] bool isAnySick() const;
    [[nodiscard]] Link *nextDown() const;

    const Clock &m_clock;
    std::vector<std::unique_ptr<Link>> m_links; ///< In the order of the file
    std::optional<Activation> m_up; ///< Wanted or reached; nothing: everything is to be stopped
    std::unique_ptr<Descent> m_descent; ///< The stop under way; it ends before a start begins
    Activation m_last; ///< The last that something was started for; its token goes with stops
    Link *m_busy = nullptr; ///< Whose action is under way
    Action m_action = Action::Start; ///< That of m_busy
    Instant m_since{}; ///< When it began
    quint64 m_actionCount = 0; ///< Answers of any but the newest action are dropped
    bool m_isCut = false; ///< It was told to end at once: its failure means nothing
    bool m_isUpTold = false; ///< started(m_up) was said
    bool m_isShuttingDown = false;
    bool m_wantsRight = false; ///< setRight() waits for the stop under way
    std::unique_ptr<OrphanReaper> m_reaper;
    QTimer m_killTimer; ///< Forced path: at D/4
    QTimer m_retryTimer; ///< Forced path: before what has failed is tried again
    QTimer m_reapTimer; ///< While anything is active
    QTimer m_statesTimer; ///< Several changes, one statesChanged()
};

} // namespace clustd::drivers
