// What the engine says of itself and knows of the others: to them (gossip), and to people.

#include "election/election_engine.h"

namespace clustd::election {

NodeStatus ElectionEngine::ownStatus() const
{
    NodeStatus status;
    status.term = m_term;
    // M6: repeated, so that a lost Released costs one heartbeat interval.
    if (!m_mandate && !m_candidacy)
        status.released = m_released.last();
    status.eligible = standingRefusal().empty();
    status.wanted = m_wanted.complete ? m_wanted.wanted : WantedMembers{};
    status.priority = m_machine.priority;
    if (m_recovery) {
        status.state = "starting";
    } else if (!m_mandate) {
        status.state = m_candidacy || m_question ? "candidate"
            : m_machine.maintenance              ? "maintenance"
                                                 : "follower";
    } else {
        status.state = stateText(m_mandate->phase);
    }
    if (m_master)
        status.master = m_master->machine;
    status.paused = m_isPaused;
    status.set = m_set;
    return status;
}

void ElectionEngine::onMessage(const Received &event, const NodeStatus &message)
{
    Peer *peer = m_peers.find(event.from.machine);
    if (!peer)
        return;
    peer->isEligible = message.eligible;
    peer->priority = message.priority;
    if (peer->wanted != message.wanted) {
        peer->wanted = message.wanted;
        compareWanted(*peer);
    }
}

void ElectionEngine::notice(const char *name, const NodeId &node, Term term, std::string text)
{
    trace([&] { return text; });
    m_effects.notices.push_back({name, {}, node, term, std::move(text)});
}

bool ElectionEngine::hears(const NodeId &id) const
{
    if (id == m_self.machine)
        return true;
    const Peer *peer = m_peers.find(id);
    return peer && peer->isHeardWithin(3 * m_timing.heartbeat, m_now);
}

std::size_t ElectionEngine::heardVoters() const
{
    std::size_t heard = 0;
    for (const Member &member : m_set->members())
        heard += hears(member.id) ? 1U : 0U;
    return heard;
}

bool ElectionEngine::isDurable(Term term) const
{
    return m_gate.durable() && m_gate.durable()->term >= term;
}

const SharedVoterSet &ElectionEngine::durableSet() const
{
    static const SharedVoterSet kNone;
    return m_gate.durable() ? m_gate.durable()->set : kNone;
}

View ElectionEngine::view(Instant now) const
{
    View view;
    view.role = m_mandate ? Role::Master
        : m_candidacy     ? Role::Candidate
        : m_question      ? Role::PreCandidate
                          : Role::Follower;
    view.phase = m_mandate ? m_mandate->phase : Phase::None;
    view.term = m_term;
    view.token = m_lastToken;
    view.master = m_master;
    if (m_mandate)
        view.leaseUntil = m_mandate->lease.until();
    view.votedFor = m_votedFor;
    view.set = m_set;
    view.oldSet = m_oldSet;
    view.whyNotEligible = standingRefusal();
    view.isEligible = view.whyNotEligible.empty();
    view.promisedTo = m_promise.holder();
    view.promiseUntil = m_promise.freeForAll();
    if (m_set) {
        for (const Member &member : m_set->members()) {
            const Peer *peer = m_peers.find(member.id);
            if (member.id == m_self.machine
                || (peer && peer->isHeardWithin(3 * m_timing.heartbeat, now)))
                view.heardVoters.push_back(member.id);
        }
    }
    view.isWriting = m_gate.isWriting();
    view.isRecovering = m_recovery.has_value();
    if (m_recovery)
        view.waitingFor = m_recovery->waitingFor(m_wanted, m_self.machine);
    view.isPaused = m_isPaused;
    view.alarms = m_alarms.all();
    return view;
}

} // namespace clustd::election
