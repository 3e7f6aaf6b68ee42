// S1-S4: which machines vote, and how that changes.

#include "election/election_engine.h"
#include "election/quorum.h"
#include "election/set_change.h"

#include <algorithm>

namespace clustd::election {
namespace {

std::string describe(const std::vector<Member> &members)
{
    std::string text;
    for (const Member &member : members)
        text += (text.empty() ? "" : ", ") + member.id.value()
            + (member.isWitness ? " (witness)" : "");
    return "{" + text + "}";
}

std::string describe(const Epoch &epoch)
{
    return std::to_string(epoch.term.value()) + "." + std::to_string(epoch.n);
}

} // namespace

/// S1: the newer set decides. It is durable before anything leaves that depends on it.
void ElectionEngine::meetSet(const SharedVoterSet &set, const NodeId &from)
{
    if (!set || set == m_set)
        return;
    if (m_recovery) {
        m_recovery->noteSet(set);
        for (const Member &member : set->members()) {
            if (member.id != m_self.machine)
                m_peers.add(member.id);
        }
        return;
    }
    if (set->epoch() <= m_set->epoch() || mutated(Mutation::SetFromFiles)
        || mutated(Mutation::SetFromFilesWithHash))
        return;
    // An engaged machine only makes sets; one that is newer than its own proves nothing about its
    // lease. But voters that took it over would refuse a renewal (S1): what a former master issued
    // before it was lost is outdone by the own set under the own term.
    if (m_mandate) {
        if (set->epoch().term < m_mandate->heartbeatTerm)
            m_mandate->isReissueDue = true;
        return;
    }
    if (m_candidacy)
        giveUp("a newer voter set was met");
    endCampaign();
    trace([&] {
        return "set " + describe(set->epoch()) + " " + describe(set->members()) + " of "
            + from.value() + ", own " + describe(m_set->epoch()) + " -> take it over";
    });
    m_set = set;
    m_gate.touch();
    for (const Member &member : m_set->members()) {
        if (member.id != m_self.machine)
            m_peers.add(member.id);
    }
}

/// S2, S3: a majority of the set in force, this machine by its own disk, holds that very set.
bool ElectionEngine::isSetHeld() const
{
    return isMajority(*m_set, [this](const NodeId &id) {
        if (id == m_self.machine)
            return durableSet() && durableSet()->epoch() == m_set->epoch();
        const Peer *peer = m_peers.find(id);
        return peer && peer->held == m_set->epoch();
    });
}

bool ElectionEngine::hasLeaseIn(const VoterSet &set) const
{
    const Instant q = m_mandate->lease.majorityAt(set, m_now);
    return m_now < q + m_timing.lease - m_timing.fence;
}

/// S2: the master's part; called with every heartbeat, and with every acknowledgement while a
/// change is under way.
void ElectionEngine::considerSetChange()
{
    if (!isLeading())
        return;
    if (m_oldSet && (isSetHeld() || mutated(Mutation::NextSetBeforeHeld))) {
        trace([&] {
            return "set " + describe(m_set->epoch()) + " is held by a majority -> in force alone";
        });
        m_oldSet.reset();
    }
    if (m_mandate->isReissueDue && !m_oldSet) {
        m_mandate->isReissueDue = false;
        if (m_set->epoch().term < m_mandate->heartbeatTerm) {
            issueSet(m_set->members(), "as it is, over one of a former master");
            return;
        }
    }
    if (m_mandate->renewal)
        return; // S2: no change during M4.
    if (m_oldSet || !m_wanted.complete || !m_wanted.wanted || m_mandate->phase == Phase::Stopping
        || *m_wanted.wanted == m_set->members() || mutated(Mutation::SetFromFiles)
        || mutated(Mutation::SetFromFilesWithHash))
        return;
    const std::vector<Member> &wanted = *m_wanted.wanted;
    const std::optional<std::string> refusal = changeRefusal(
        *m_set, wanted, [this](const NodeId &id) { return hears(id); },
        [&](const NodeId &id) -> const std::vector<Member> * {
            if (id == m_self.machine)
                return &wanted;
            const Peer *peer = m_peers.find(id);
            return peer && peer->wanted ? &*peer->wanted : nullptr;
        });
    if (refusal)
        return;
    // What backs the lease must be a majority of this set alone before the next one is made: its
    // overlap with the next is what bars a second master.
    if (m_mandate->lease.majorityAt(*m_set, m_now) < m_mandate->lease.q()
        && !mutated(Mutation::NextSetBeforeHeld))
        return;
    if (m_set->epoch().term != m_term) {
        issueSet(m_set->members(), "as it is, under this term");
        return;
    }
    if (mutated(Mutation::SeveralVotersAtOnce)) {
        issueSet(wanted, "all at once");
        return;
    }
    for (SetStep &step : nextSteps(m_set->members(), wanted, m_self.machine)) {
        const VoterSet next(Epoch{}, step.members);
        // An added machine must be acknowledging already.
        const bool isAnswering
            = std::all_of(next.members().begin(), next.members().end(), [&](const Member &member) {
                  return m_set->contains(member.id) || member.id == m_self.machine
                      || m_now <= m_mandate->lease.countedAt(member.id) + 3 * m_timing.heartbeat;
              });
        if (isAnswering && hasLeaseIn(next)) {
            issueSet(std::move(step.members), step.what);
            return;
        }
    }
    if (wouldUnseat(m_set->members(), wanted, m_self.machine)) {
        HandOverAsked asked;
        asked.reason = HandOverReason::SetChange;
        if (handOverRefusal(asked).empty())
            startHandOver(asked);
    }
}

/// S3: until a majority of the new set holds it, the old one must agree to everything as well.
void ElectionEngine::issueSet(std::vector<Member> members, const std::string &what)
{
    const Epoch epoch{m_mandate->heartbeatTerm, m_set->epoch().n + 1};
    m_oldSet = m_set;
    m_set = std::make_shared<const VoterSet>(epoch, std::move(members));
    m_gate.touch();
    trace([&] {
        return "set " + describe(m_oldSet->epoch()) + " -> set " + describe(epoch) + " "
            + describe(m_set->members()) + ": " + what;
    });
}

/// S4: different wishes are an alarm, and nothing else happens.
void ElectionEngine::compareWanted(const Peer &peer)
{
    const bool isComparable = peer.wanted && m_wanted.complete && m_wanted.wanted;
    if (isComparable && *peer.wanted != *m_wanted.wanted) {
        m_alarms.raise("voter-set-differs", peer.id, m_term,
            "the file of " + peer.id.value() + " names the voters " + describe(*peer.wanted)
                + ", the one of this machine " + describe(*m_wanted.wanted)
                + " -> the set in force stays until they agree",
            m_effects.notices);
    } else {
        m_alarms.clear("voter-set-differs", peer.id, m_term, m_effects.notices);
    }
}

/// Not a rule: Mutation::SetFromFiles.
void ElectionEngine::applySetFromFile()
{
    if (!mutated(Mutation::SetFromFiles) && !mutated(Mutation::SetFromFilesWithHash))
        return;
    if (m_set && m_wanted.wanted) {
        m_set = std::make_shared<const VoterSet>(m_set->epoch(), *m_wanted.wanted);
        m_gate.touch();
    }
}

} // namespace clustd::election
