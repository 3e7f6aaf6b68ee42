// When the role leaves this machine, or the service is stopped and started, without a person's
// word: it is sick, the guard is no help, a preferred machine is back.

#include "cluster/node.h"
#include "cluster/node_text.h"
#include "cluster/service_control.h"
#include "cluster/vote_store.h"
#include "util/log_categories.h"

#include <algorithm>
#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using election::HandOverReason;
using election::Phase;

/// The machines that could take the role at this moment, by id.
std::vector<Heir> Node::heirs() const
{
    const Instant now = m_clock.now();
    std::vector<Heir> heirs;
    for (const auto &[id, gossip] : m_gossip) {
        if (gossip.status.eligible && m_mesh->isUp(id)
            && now - gossip.heardAt <= 2 * m_setup.config.timing.heartbeat)
            heirs.push_back({id, gossip.status.priority});
    }
    return heirs;
}

void Node::askHandOver(
    HandOverReason reason, std::optional<NodeId> to, bool byPerson, HandOvers::Then then)
{
    // After a stall a majority is heard before anything is begun, for a person too; only to leave
    // is never too early.
    if (byPerson && isUnconfirmed() && reason != HandOverReason::Shutdown) {
        then(false,
            u"%1 stood still, and no majority has confirmed its lease since: ask again in a moment"_s
                .arg(selfId()));
        return;
    }
    m_runner->feed(m_handOvers.ask(reason, std::move(to), byPerson, std::move(then)));
}

void Node::onSick(const QString &driver, const QString &why)
{
    const bool isNew = m_health.noteSick(driver, why);
    if (isNew)
        record(u"service-sick"_s, {{u"driver"_s, driver}, {u"why"_s, why}});
    if (!m_services->isActive())
        return;
    if (isNew) {
        m_settings.sick.noteSick(QDateTime::currentDateTimeUtc());
        saveSettings();
    }
    tellSelf();
    checkSickHandover();
}

void Node::onWell(const QString &driver)
{
    if (!m_health.noteWell(driver, m_clock.now()))
        return;
    record(u"service-well"_s, {{u"driver"_s, driver}});
    clearSickAlarm();
    tellSelf();
}

void Node::clearSickAlarm()
{
    if (m_health.isSettled(m_clock.now()))
        setAlarm(false, u"service-sick"_s, selfId(), {});
}

/// A sick service goes to a machine that was not sick lately. Where there is none, it stays here,
/// is started again with growing delays, and an alarm says so: carrying it round the cluster helps
/// nobody.
void Node::checkSickHandover()
{
    if (!m_health.isSick() || !isLeading() || m_isLeaving || isUnconfirmed())
        return;
    const Phase phase = m_runner->view().phase;
    if (phase != Phase::Active && phase != Phase::Starting)
        return;
    const std::vector<Heir> others = heirs();
    const bool someoneIsWell = std::any_of(others.begin(), others.end(),
        [](const Heir &heir) { return heir.priority > -SickRecord::kPenalty / 2; });
    const QString which = m_health.text();
    if (someoneIsWell) {
        askHandOver(HandOverReason::Sick, std::nullopt, false,
            [this, which](bool accepted, const QString &why) {
                if (!accepted)
                    setAlarm(true, u"service-sick"_s, selfId(),
                        u"%1; it stays on this machine: %2"_s.arg(which, why));
            });
        return;
    }
    setAlarm(true, u"service-sick"_s, selfId(),
        u"%1; it stays on this machine, since no other one is eligible and well: look at the "
        u"driver's "
        u"output in the log"_s.arg(which));
    m_health.noteStays(m_clock.now());
}

void Node::onGuardLost()
{
    qCCritical(lcCluster, "the guard is gone -> stopping everything by force, then ending (G4)");
    m_isLeaving = true;
    record(u"stopping"_s, {{u"reason"_s, u"the guard is gone"_s}});
    tellSelf();
    m_runner->feed(election::FenceNow{"the guard is gone"});
    continueLeaving();
}

void Node::onGuardSilence(bool isSilent)
{
    setAlarm(isSilent, u"guard-silent"_s, selfId(),
        u"the guard does not answer, so nothing here would be stopped in time if this daemon hung "
        u"too: this machine may not be master; find out what holds the guard (stopped? SIGCONT), "
        u"or "
        u"restart clustd"_s);
    tellSelf();
    checkGuard();
}

/// While the guard does not answer, the lease rests on this process alone, and without its plan
/// nothing may start at all; so the role goes to another machine. With none in reach it stays:
/// nobody else could be active meanwhile.
void Node::checkGuard()
{
    const bool isSilent = m_setup.guard && m_setup.guard->isSilent();
    if ((!isSilent && m_diskTrouble.isEmpty()) || m_isLeaving || !isLeading())
        return;
    const Phase phase = m_runner->view().phase;
    if (phase == Phase::Preparing || phase == Phase::Starting || phase == Phase::Active)
        askHandOver(isSilent ? HandOverReason::Unguarded : HandOverReason::Storage, std::nullopt,
            false, [](bool, const QString &) {});
}

/// A machine that cannot store a vote cannot renew a mandate or be elected again: it gives the role
/// away while it can.
void Node::checkDisk()
{
    const Instant now = m_clock.now();
    if (m_disk.takeDue(now))
        m_store->probe();
    const QString trouble = m_disk.trouble(now);
    if (trouble.isEmpty() != m_diskTrouble.isEmpty()) {
        m_diskTrouble = trouble;
        setAlarm(!trouble.isEmpty(), u"state-disk"_s, selfId(),
            u"%1 takes no writes: %2; this machine may not be master until it does: free or repair "
            u"the disk, or set state_dir to another one"_s.arg(m_store->directory(), trouble));
        tellSelf();
    }
    checkGuard();
}

void Node::onDiskAnswer(const QString &why)
{
    m_disk.done(why, m_clock.now());
    checkDisk();
}

/// This process or this machine stood still (stopped, paused, suspended, starved of processor
/// time). The election has acted on the clock already (T2): a lease that ran out meanwhile is lost.
/// If it still holds, nothing is begun before a majority has answered a heartbeat sent after the
/// gap.
void Node::onStall(Duration gap)
{
    const auto ms = [](Duration span) { return static_cast<qint64>(span / 1ms); };
    const election::View view = m_runner->view();
    QString decision = u"go on; the others are heard again first"_s;
    if (view.phase == Phase::Fencing) {
        decision = u"the lease is over, stop by force"_s;
    } else if (isLeading()) {
        // In naive mode there is no majority to ask.
        if (m_setup.config.cluster.election == config::ElectionMode::Quorum)
            m_unconfirmedSince = m_clock.now();
        decision = u"the lease holds by the clock, a majority is asked before anything is begun"_s;
    }
    const Instant now = m_clock.now();
    if (now - m_stallSaidAt < 1s)
        return; // a machine that is short of time need not write about it all the time
    m_stallSaidAt = now;
    const QString text = u"stood still for %1 ms, a heartbeat is %2 ms -> %3"_s.arg(ms(gap))
                             .arg(ms(m_setup.config.timing.heartbeat))
                             .arg(decision);
    qCWarning(lcCluster).noquote() << text;
    record(u"stalled"_s, {{u"ms"_s, ms(gap)}, {u"text"_s, text}});
}

void Node::onLeaseRenewed(const election::DeadlineMoved &deadline)
{
    // A majority has answered heartbeats that were sent a lease before the deadline (M1).
    if (deadline.deadline - m_setup.config.timing.lease >= m_unconfirmedSince)
        m_unconfirmedSince = kNever;
    m_services->moveDeadline(deadline);
}

void Node::checkFailback()
{
    const std::optional<Duration> after = m_setup.config.cluster.failback;
    if (!after || m_isLeaving || isUnconfirmed() || !isLeading()
        || m_runner->view().phase != Phase::Active) {
        m_failback.reset();
        return;
    }
    const auto best = m_failback.due(heirs(), self().priority, *after, m_clock.now());
    if (!best)
        return;
    askHandOver(
        HandOverReason::Failback, best, false, [this, best](bool accepted, const QString &why) {
            if (accepted)
                record(u"switchover-asked"_s, {{u"by"_s, u"failback"_s}, {u"to"_s, text(*best)}});
            else
                qCInfo(lcCluster).noquote() << "failback to" << text(*best) << "refused:" << why;
        });
}

/// After a heal what must not run here is looked for again: somebody may have started it by hand
/// while this machine was alone.
void Node::checkHealed(const election::Notice &notice)
{
    if (notice.name == "quorum-regained" && m_runner->view().phase == Phase::None
        && !m_services->isActive())
        m_services->putRight();
}

} // namespace clustd::cluster
