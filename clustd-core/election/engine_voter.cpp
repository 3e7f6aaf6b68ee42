// V1-V3, V5, V6: what this machine promises, grants, acknowledges and forgets.

#include "election/election_engine.h"

#include <algorithm>

namespace clustd::election {
namespace {

using namespace std::chrono_literals;

std::string number(Term term)
{
    return std::to_string(term.value());
}

std::string milliseconds(Duration span)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count())
        + " ms";
}

} // namespace

/// Why @p asker gets no vote for @p term (a pre-vote names none), or nothing if it does.
///
/// A promise refuses even a higher term: a machine that was cut off must not depose a healthy
/// master when it comes back (Ongaro 2014, §4.2.3). Its holder is granted as if it were free.
std::optional<Refusal> ElectionEngine::voteRefusal(
    const Life &asker, std::optional<Term> term, const SharedVoterSet &askerSet) const
{
    if (m_recovery)
        return Refusal::Amnesia; // V4
    // S1: not to a machine whose set is older. A newer one was stored before this question.
    if (!askerSet || askerSet->epoch() < m_set->epoch())
        return Refusal::OlderSet;
    if (mutated(Mutation::SetFromFilesWithHash) && askerSet->members() != m_set->members())
        return Refusal::OlderSet;
    const Member *member = m_set->find(asker.machine);
    if (member && member->isWitness)
        return Refusal::NotAVoter;
    if (m_released.covers(asker, term.value_or(kForEver)))
        return Refusal::Released; // V6
    if (m_promise.isStartingUp(m_now))
        return Refusal::Starting; // V3
    if ((m_mandate && !mutated(Mutation::EngagedMachineVotes)) || m_candidacy)
        return Refusal::Engaged; // V1
    if (m_now < m_promise.freeAt(asker) && !mutated(Mutation::NoPreVote))
        return Refusal::Promised; // V1
    if (term && *term < m_term)
        return Refusal::OlderTerm; // V2
    if (term && *term == m_term && m_votedFor != asker)
        return Refusal::Voted; // V2
    return std::nullopt;
}

/// C2: how long until this machine could grant @p asker. Zero names no time.
Duration ElectionEngine::freeIn(const Life &asker, Refusal refusal) const
{
    switch (refusal) {
    case Refusal::OlderSet:
    case Refusal::NotAVoter:
    case Refusal::Released:
    case Refusal::OlderTerm:
    case Refusal::Voted:
        return 0ms;
    case Refusal::Amnesia:
        return std::max(m_timing.heartbeat, m_promise.startUpUntil() - m_now);
    case Refusal::Engaged:
        if (m_mandate)
            return std::max<Duration>(m_mandate->lease.until() - m_now, m_timing.heartbeat);
        break;
    case Refusal::Starting:
    case Refusal::Promised:
        break;
    }
    return std::max<Duration>(m_promise.freeAt(asker) - m_now, 1us);
}

void ElectionEngine::onMessage(const Received &event, const PreVote &message)
{
    const std::optional<Refusal> refusal = voteRefusal(event.from, std::nullopt, message.set);
    PreVoteReply reply;
    reply.nonce = message.nonce;
    reply.term = m_term;
    reply.granted = !refusal;
    reply.why = refusal;
    if (refusal)
        reply.freeIn = freeIn(event.from, *refusal);
    reply.set = m_set;
    trace([&] {
        return "pre-vote of " + event.from.machine.value() + ": "
            + (refusal ? toText(*refusal) + (", free in " + milliseconds(reply.freeIn)) : "free")
            + " -> " + (refusal ? "refuse" : "grant");
    });
    send(event.from, std::move(reply));
}

void ElectionEngine::onMessage(const Received &event, const RequestVote &message)
{
    const std::optional<Refusal> refusal = voteRefusal(event.from, message.term, message.set);
    trace([&] {
        return "vote request of " + event.from.machine.value() + " for term " + number(message.term)
            + ", own term " + number(m_term) + ": " + (refusal ? toText(*refusal) : "free") + " -> "
            + (refusal ? "refuse" : "grant");
    });
    if (refusal) {
        send(event.from, VoteReply{m_term, false, refusal, m_set});
        return;
    }
    if (!mutated(Mutation::OwnPromiseNotRechecked))
        endCampaign();
    // V2: term and vote are durable before the answer leaves; V1: the promise holds from now on.
    if (message.term > m_term)
        setTerm(message.term, event.from, true, "vote for " + event.from.machine.value());
    m_freedBy.reset();
    if (!mutated(Mutation::VoteMakesNoPromise))
        m_promise.make(event.from, message.term, m_now + m_timing.promise);
    send(event.from, VoteReply{message.term, true, std::nullopt, m_set});
}

/// V5: a majority chose the sender of a heartbeat, so it is acknowledged whatever this machine
/// promised.
void ElectionEngine::onMessage(const Received &event, const Heartbeat &message)
{
    if (m_recovery)
        return; // V4
    const Life &from = event.from;
    const bool isReleased = m_released.covers(from, message.term);
    if (m_mandate) {
        if (isReleased || message.term < m_mandate->heartbeatTerm) {
            refuseHeartbeat(from, message, isReleased ? "released" : "engaged");
            return;
        }
        // M4: two machines hold mandates. An assumption broke, and the younger mandate stays.
        m_alarms.raise("higher-heartbeat", from.machine, message.term,
            "heartbeat of " + from.machine.value() + " for term " + number(message.term)
                + " while this machine is master with term " + number(m_mandate->heartbeatTerm)
                + ": a clock, a state file or a stop is not as assumed -> stopping by force",
            m_effects.notices);
        if (isLeading())
            startFencing(
                "heartbeat of " + from.machine.value() + " for term " + number(message.term));
        return;
    }
    // M4: the machine voted for still heartbeats its old term while it collects the votes for the
    // new one. Where another has won that term since and was promised to, the vote says nothing
    // any more: a late heartbeat must not take that promise's place.
    const bool isPromisedElsewhere = m_promise.holder() && m_promise.holder() != from
        && !mutated(Mutation::OldTermTakesPromise);
    const bool isOldTermOfOurs
        = message.term < m_term && m_votedFor == from && !isPromisedElsewhere;
    if (isReleased || (message.term < m_term && !isOldTermOfOurs)) {
        refuseHeartbeat(from, message, isReleased ? "released" : "older term");
        return;
    }
    if (m_candidacy)
        giveUp("a heartbeat was accepted");
    if (!mutated(Mutation::OwnPromiseNotRechecked))
        endCampaign();
    // M3's and M6's extra turns let the others go first, and one of them did.
    m_extraTurns = 0;
    m_freedBy.reset();
    m_calledUntil = Instant::min();
    m_standFrom = Instant::min(); // V4c: the order of a first start has decided.
    if (message.term > m_term)
        setTerm(message.term, std::nullopt, false, "heartbeat of " + from.machine.value());
    m_promise.make(from, message.term, m_now + m_timing.promise);
    follow(from, message.term);
    acknowledge(from, message);
    // The status goes along with the acknowledgement: one packet and one wake-up at both ends, and
    // followers that speak at the same moment wake each other once.
    if (m_now >= m_tickedAt + m_timing.heartbeat / 2)
        m_tickAt = m_now;
}

void ElectionEngine::acknowledge(const Life &to, const Heartbeat &heartbeat)
{
    HeartbeatAck ack{heartbeat.term, heartbeat.seq, true, durableSet()};
    // It says that this machine knows the term; nothing else in it is new, so other writes do not
    // hold it up.
    if (isDurable(heartbeat.term))
        sendNow(to, std::move(ack));
    else
        send(to, std::move(ack));
}

void ElectionEngine::refuseHeartbeat(const Life &to, const Heartbeat &heartbeat, const char *why)
{
    trace([&] {
        return "heartbeat of " + to.machine.value() + " for term " + number(heartbeat.term)
            + ", own term " + number(m_term) + ": " + why + " -> refuse";
    });
    HeartbeatAck ack{m_term, heartbeat.seq, false, durableSet()};
    if (isDurable(m_term))
        sendNow(to, std::move(ack));
    else
        send(to, std::move(ack));
}

void ElectionEngine::follow(const Life &master, Term term)
{
    m_masterUntil = m_now + m_timing.promise;
    m_masterTerm = term;
    if (m_master == master)
        return;
    m_master = master;
    m_alarms.clear("higher-heartbeat", master.machine, term, m_effects.notices);
    notice("master-elected", master.machine, term,
        "heartbeat of " + master.machine.value() + " for term " + number(term) + " -> follow "
            + master.machine.value());
}

void ElectionEngine::loseMaster(const char *why)
{
    const NodeId was = m_master->machine;
    m_master.reset();
    notice("master-lost", was, m_term, was.value() + ": " + why + " -> no master known");
}

/// V6: @p released says that a life is not engaged and never will be in a term up to upTo.
void ElectionEngine::takeIn(
    const ReleasedLife &released, const std::optional<NodeId> &successor, bool isRelayed)
{
    const bool isNews = m_released.note(released);
    const bool wasPromised = m_now < m_promise.freeForAll();
    const bool isPromiseMatched = m_promise.forget(released);
    if (m_master && !m_mandate && *m_master == released.life && m_masterTerm <= released.upTo)
        loseMaster("released");
    // M6: a relay may be quicker than the machine itself, and it names no successor.
    const bool isSuccessorNews = successor && (isNews || isPromiseMatched || m_freedBy == released);
    if (isPromiseMatched)
        m_freedBy = released;
    if (successor)
        m_freedBy.reset();
    if (isSuccessorNews)
        m_calledUntil = m_now + m_timing.failoverWithin;
    if (!isNews && !isPromiseMatched && !isSuccessorNews)
        return;
    trace([&] {
        return "released " + released.life.machine.value() + " up to term "
            + (released.upTo == kForEver ? "any" : number(released.upTo))
            + (isPromiseMatched ? ": the promise to it ends" : ": no promise matches")
            + (successor ? ", successor " + successor->value() : "")
            + (isRelayed ? " (relayed)" : "");
    });
    if (m_mandate || m_candidacy || m_recovery || m_now < m_promise.freeForAll())
        return;
    // C1 counts from when this machine became free, C2 asks sooner for news. M6: the successor has
    // the turn at once, everyone else two turns later.
    const bool isFreedNow = isPromiseMatched && wasPromised;
    if (!isFreedNow && !m_question && !isSuccessorNews)
        return;
    m_question.reset();
    startTurn(successor ? 2 : 0);
    if (successor == m_self.machine)
        m_turn = Turn{m_now, 0, false};
}

void ElectionEngine::onMessage(const Received &event, const Released &message)
{
    takeIn({{event.from.machine, message.incarnation}, message.upTo}, message.successor, false);
}

void ElectionEngine::setTerm(
    Term term, std::optional<Life> votedFor, bool isVote, const std::string &why)
{
    const Term before = m_term;
    m_term = term;
    m_votedFor = std::move(votedFor);
    if (!isVote || !mutated(Mutation::VotesNotDurable))
        m_gate.touch();
    notice("term-changed", m_self.machine, term,
        why + ": term " + number(before) + " -> " + number(term));
}

} // namespace clustd::election
