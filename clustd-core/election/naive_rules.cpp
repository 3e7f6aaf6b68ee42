// N1-N5: who becomes active, who stops, and in which order.

#include "election/naive_election.h"

#include <algorithm>

namespace clustd::election {
namespace {

std::string number(Term term)
{
    return std::to_string(term.value());
}

} // namespace

bool NaiveElection::isFirst() const
{
    if (m_machine.priority != m_other->priority)
        return m_machine.priority > m_other->priority;
    return m_self.machine < m_other->life.machine;
}

std::string NaiveElection::standingRefusal() const
{
    if (m_wanted.others.size() > 1)
        return "naive is for two machines";
    if (m_wanted.role == MachineRole::Witness)
        return "witness";
    if (m_machine.maintenance)
        return "maintenance";
    if (m_machine.sick)
        return "sick";
    return m_machine.barred;
}

std::string NaiveElection::waitReason() const
{
    if (m_now < m_listenUntil)
        return "it listens first (N1)";
    // C4: under a pause only a person's word moves the role, and then the one called takes it.
    if (m_isPaused && m_now >= m_calledUntil)
        return "the cluster is paused";
    if (std::string why = standingRefusal(); !why.empty())
        return why;
    if (!isOtherHeard(m_now))
        return {}; // N2: alone
    if (m_other->doing == Doing::Unknown)
        return "the other machine has not said what it does";
    if (m_other->doing == Doing::Active)
        return "the other machine is active (N3)";
    if (!m_other->isEligible || m_now < m_calledUntil)
        return {};
    if (m_now < m_yieldUntil)
        return "it has just given up the role";
    return isFirst() ? "" : "the other machine is first in order (N2)";
}

void NaiveElection::consider()
{
    warn();
    if (!m_isSplit && m_now >= m_splitShownUntil)
        m_alarms.clear("both-active", m_self.machine, m_term, m_effects.notices);
    if (isEngaged())
        considerOtherActive();
    else if (waitReason().empty())
        becomeActive();
    considerPrepare();
    considerReassert();
    followMaster();
}

void NaiveElection::warn()
{
    m_alarms.raise("naive-election", m_self.machine, Term{},
        "election: naive: a cut between the two machines makes both active -> add a witness "
        "and use quorum where that must not happen",
        m_effects.notices);
    if (m_wanted.others.size() > 1)
        m_alarms.raise("naive-machines", m_self.machine, Term{},
            "election: naive is for two machines, and " + std::to_string(m_wanted.others.size() + 1)
                + " are configured -> this machine does not become active; use quorum",
            m_effects.notices);
    else
        m_alarms.clear("naive-machines", m_self.machine, Term{}, m_effects.notices);
}

void NaiveElection::considerOtherActive()
{
    if (!isOtherActive()) {
        if (!m_isSplit)
            return;
        endSplit();
        m_isReassertDue = true;
        return;
    }
    if (!m_isSplit)
        m_alarms.clear("both-active", m_self.machine, m_term, m_effects.notices);
    m_isSplit = true;
    m_alarms.raise("both-active", m_self.machine, m_term,
        "both machines active at once -> "
            + (isFirst() ? m_other->life.machine : m_self.machine).value()
            + ", the later in order, is stopped by force (N4); what both wrote meanwhile is to be "
              "put right by a person",
        m_effects.notices);
    if (!isFirst() && m_phase != Phase::Fencing)
        stepDown(Phase::Fencing, "both are active, and this one is later in order (N4)");
}

/// It ends within moments of a heal, before a person has seen it, and is news all the same.
void NaiveElection::endSplit()
{
    constexpr Duration kSplitShown = std::chrono::minutes(1);
    m_isSplit = false;
    m_splitShownUntil = m_now + kSplitShown;
}

void NaiveElection::becomeActive()
{
    m_term = Term{m_term.value() + 1}; // N5
    m_token = m_term;
    m_votedFor = m_self;
    m_gate.touch();
    m_isGuardAsked = false;
    m_calledUntil = Instant::min();
    const std::string why = !isOtherHeard(m_now) ? "the other machine is not heard"
                                                 : "neither is active and this one's turn came";
    enter(Phase::Preparing);
    notice("term-changed", m_self.machine, "term " + number(m_term));
    notice("master-elected", m_self.machine, why + " -> master with token " + number(m_token));
}

void NaiveElection::considerPrepare()
{
    if (m_phase != Phase::Preparing || m_isGuardAsked || durableTerm() < m_token)
        return;
    m_isGuardAsked = true;
    notice("promoting", m_self.machine, "plan to the guard, then the drivers");
    command(ServiceCommand::Kind::Prepare, "active with term " + number(m_token));
}

void NaiveElection::considerReassert()
{
    if (!isEngaged()) {
        m_isReassertDue = false;
    } else if (m_isReassertDue && m_phase == Phase::Active && isOtherHeard(m_now)
        && m_other->doing == Doing::Nothing) {
        m_isReassertDue = false;
        command(ServiceCommand::Kind::Reassert, "the other machine is heard again");
    }
}

void NaiveElection::followMaster()
{
    std::optional<Life> master;
    if (isEngaged())
        master = m_self;
    else if (isOtherActive())
        master = m_other->life;
    if (master == m_master)
        return;
    if (m_master && *m_master != m_self)
        notice("master-lost", m_master->machine,
            m_master->machine.value()
                + (isOtherHeard(m_now) ? " is active no more" : " is not heard for P")
                + " -> no longer followed");
    m_master = master;
    if (m_master && *m_master != m_self)
        notice("master-elected", m_master->machine,
            m_master->machine.value() + " is active -> follow " + m_master->machine.value());
}

std::string NaiveElection::handOverRefusal(const HandOverAsked &asked) const
{
    if (!isEngaged())
        return m_master ? "this machine is not master; " + m_master->machine.value() + " is"
                        : "this machine is not master, and none is known";
    if (m_phase == Phase::Fencing)
        return "it is stopping by force already";
    if (m_phase == Phase::Stopping)
        return "a hand-over is under way already";
    if (m_isPaused && !asked.byPerson)
        return "the cluster is paused"; // C4
    if (asked.to && *asked.to == m_self.machine)
        return asked.to->value() + " is master already";
    if (asked.to && !isTheOther(*asked.to))
        return asked.to->value() + " is unknown";
    if (asked.reason != HandOverReason::Shutdown && !canOtherStand())
        return "no other eligible machine is in reach";
    return {};
}

void NaiveElection::stepDown(Phase phase, const std::string &why)
{
    if (m_phase == phase)
        return;
    const bool byForce = phase == Phase::Fencing;
    enter(phase);
    notice(byForce ? "fencing" : "demoting", m_self.machine,
        why + (byForce ? " -> stopping by force" : " -> stopping the drivers"));
    if (m_isGuardAsked)
        command(byForce ? ServiceCommand::Kind::Fence : ServiceCommand::Kind::Stop, why);
    else
        finish(); // Nothing was ever given to guard or drivers.
}

void NaiveElection::finish()
{
    const bool isHandedOver = m_phase == Phase::Stopping;
    // What had to be stopped by force does not go round in a circle: it listens anew (N1).
    if (!isHandedOver)
        m_listenUntil = m_now + m_timing.promise;
    enter(Phase::None);
    m_isGuardAsked = false;
    m_yieldUntil = m_now + m_timing.promise;
    m_alarms.clear("stop-failed", m_self.machine, m_token, m_effects.notices);
    if (m_isSplit)
        endSplit();
    Released released;
    released.incarnation = m_self.incarnation;
    released.upTo = durableTerm();
    if (isHandedOver && canOtherStand())
        released.successor = m_other->life.machine;
    notice("inactive", m_self.machine, "nothing of token " + number(m_token) + " runs any more");
    notice("released", m_self.machine,
        "up to term " + number(released.upTo)
            + (released.successor ? ", successor " + released.successor->value() : ""));
    sendToOther(released);
}

void NaiveElection::enter(Phase phase)
{
    m_phase = phase;
    m_tickAt = m_now; // The other one is told at once.
}

Instant NaiveElection::nextDeadline() const
{
    Instant next = m_tickAt;
    const auto consider = [&](Instant at) {
        if (at > m_now)
            next = std::min(next, at);
    };
    consider(m_listenUntil);
    consider(m_yieldUntil);
    if (m_other)
        consider(m_other->heardAt + m_timing.promise);
    return std::max(next, m_now + Duration(1));
}

} // namespace clustd::election
