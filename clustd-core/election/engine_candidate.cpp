// C1-C4: how a machine comes to stand for election.

#include "election/election_engine.h"

#include <algorithm>

namespace clustd::election {
namespace {

std::string number(Term term)
{
    return std::to_string(term.value());
}

} // namespace

/// C1: why this machine is not eligible; empty if it is.
std::string ElectionEngine::standingRefusal() const
{
    if (m_recovery)
        return "no state file";
    if (m_mandate)
        return "engaged";
    const Member *member = m_set->find(m_self.machine);
    if (member && member->isWitness)
        return "witness";
    if (!member && m_wanted.role != MachineRole::Standby)
        return "not in the voter set";
    if (m_machine.maintenance)
        return "maintenance";
    if (m_machine.sick)
        return "sick";
    if (!m_machine.barred.empty())
        return m_machine.barred;
    // V3: it could not take the role for a while, so nobody should wait for it in the order or hand
    // the role to it. Shortly before its time it counts, that machines which start together keep
    // their order.
    if (m_promise.startUpUntil() > m_now + m_timing.heartbeat + m_timing.stagger)
        return "has just started";
    const std::size_t heard = heardVoters();
    if (heard < m_set->majority())
        return "hears " + std::to_string(heard) + " of " + std::to_string(m_set->size())
            + " voters";
    return {};
}

bool ElectionEngine::mayStand() const
{
    // C4: under a pause a role is handed over on a person's word alone (M5), and that word covers
    // the election that follows.
    const bool isAllowed = !m_isPaused || m_now < m_calledUntil;
    return !m_mandate && !m_candidacy && !m_recovery && isAllowed
        && m_now >= std::max(m_promise.freeForAll(), m_standFrom) && standingRefusal().empty();
}

std::size_t ElectionEngine::rank() const
{
    return m_peers.rankOf(m_self.machine, m_machine.priority, 2 * m_timing.heartbeat, m_now);
}

Duration ElectionEngine::campaignTime() const
{
    const Duration writes = 2 * m_timing.write;
    return mutated(Mutation::CampaignWithoutWrites) ? m_timing.campaign - writes
                                                    : m_timing.campaign;
}

void ElectionEngine::startTurn(unsigned extra)
{
    m_turn = Turn{m_now, extra + m_extraTurns};
}

void ElectionEngine::endCampaign()
{
    m_turn.reset();
    m_question.reset();
}

/// C1: the turn begins when the promise is over and the machine is eligible, and starts anew if
/// either ceases to be true.
void ElectionEngine::considerTurn()
{
    if (!mayStand()) {
        m_turn.reset();
        const bool isKept = mutated(Mutation::OwnPromiseNotRechecked) && m_question
            && m_now < m_question->endAt();
        if (!isKept)
            m_question.reset();
        return;
    }
    if (m_question && m_now >= m_question->endAt()) {
        // C2: fewer than a majority answered, or they named no time. At random, so that two do not
        // go on meeting. (With a time, the turn is set already.)
        m_question.reset();
        if (!m_turn) {
            m_turn = Turn{m_now + m_timing.stagger / 2 + m_random.upTo(m_timing.stagger), 0, false};
        }
    }
    if (!m_turn && !m_question)
        startTurn(0);
    if (m_turn && m_now >= m_turn->dueAt(rank(), m_timing.stagger)) {
        if (mutated(Mutation::NoPreVote))
            stand();
        else
            ask();
    }
}

/// C2: the pre-vote.
void ElectionEngine::ask()
{
    m_turn.reset();
    m_extraTurns = 0;
    const Duration span = std::max(2 * m_timing.rtt, m_timing.heartbeat / 2);
    m_question.emplace(m_random.next() >> 1U, m_now + span, m_set);
    if (isVoter())
        m_question->grant(m_self.machine);
    trace([&] { return "turn of rank " + std::to_string(rank()) + " -> pre-vote"; });
    sendToVoters(PreVote{m_question->nonce(), m_released.last(), m_set});
    considerAnswers();
}

void ElectionEngine::onMessage(const Received &event, const PreVoteReply &message)
{
    m_highestAnswer = std::max(m_highestAnswer, message.term);
    if (!m_question || message.nonce != m_question->nonce())
        return;
    const NodeId &voter = event.from.machine;
    if (message.granted)
        m_question->grant(voter);
    else
        // Asked again too early it refuses once more; a far too long time would silence this
        // machine.
        m_question->refuse(voter,
            message.freeIn > Duration::zero()
                ? m_now + std::min(message.freeIn, 2 * m_timing.promise)
                : kNever);
    considerAnswers();
}

void ElectionEngine::considerAnswers()
{
    if (m_question->isGranted()) {
        m_question.reset();
        // C2: it may have promised since, which ends the asking; asked again here all the same.
        if (mayStand() || mutated(Mutation::OwnPromiseNotRechecked))
            stand();
        return;
    }
    const Instant freeAt = m_question->majorityFreeAt();
    if (freeAt != kNever)
        m_turn = Turn{std::max(freeAt, m_now + Duration(1))};
}

void ElectionEngine::stand()
{
    endCampaign();
    const Term term{std::max(m_term, m_highestAnswer).value() + 1};
    setTerm(term, m_self, true, "a majority would vote for this machine");
    m_promise.make(m_self, term, m_now + m_timing.promise);
    m_candidacy.emplace(term, m_set);
    if (isVoter())
        m_candidacy->tally.count(m_self.machine);
    considerCandidacy();
}

/// C2: the requests leave once the own vote is durable, and the time of the campaign counts from
/// then (C3).
void ElectionEngine::considerCandidacy()
{
    if (m_candidacy && !m_candidacy->askedAt) {
        const bool isWritten = isDurable(m_candidacy->term) || mutated(Mutation::VotesNotDurable);
        if (isWritten)
            sendRequests();
    }
    if (m_candidacy && m_candidacy->askedAt && m_now >= *m_candidacy->askedAt + campaignTime())
        giveUp("too few votes in time");
}

void ElectionEngine::sendRequests()
{
    m_candidacy->askedAt = m_now;
    trace([&] { return "vote for itself is written -> votes asked for term " + number(m_term); });
    sendToVoters(RequestVote{m_candidacy->term, m_released.last(), m_set});
    if (m_candidacy->tally.isWon())
        win();
}

void ElectionEngine::onMessage(const Received &event, const VoteReply &message)
{
    m_highestAnswer = std::max(m_highestAnswer, message.term);
    if (!message.granted) {
        trace([&] {
            return "no vote from " + event.from.machine.value() + ", its term "
                + number(message.term) + ": " + (message.why ? toText(*message.why) : "no reason");
        });
        // M4: a voter that voted for another in the very term asked for, or recovered to it without
        // knowing its vote (V4), never grants it; a higher number it may.
        if (isLeading() && m_mandate->renewal && m_mandate->renewal->askedAt
            && message.why == Refusal::Voted && message.term == m_mandate->renewal->term)
            startRenewal(Term{message.term.value() + 1},
                event.from.machine.value() + " has no vote left in term " + number(message.term));
        return;
    }
    const NodeId &voter = event.from.machine;
    if (m_mandate) {
        // M1: a grant counts from the first request for its term; late ones too.
        if (m_mandate->renewal && m_mandate->renewal->askedAt
            && message.term == m_mandate->renewal->term) {
            m_mandate->renewal->tally.count(voter);
            m_mandate->lease.count(voter, *m_mandate->renewal->askedAt);
        } else if (message.term == m_mandate->grantTerm) {
            m_mandate->lease.count(voter, m_mandate->grantsCountFrom);
        } else {
            return;
        }
        if (isLeading())
            renewLease();
        return;
    }
    if (mutated(Mutation::WinAfterReleased) && !m_candidacy && m_lostCandidacy
        && message.term == m_lostCandidacy->term) {
        m_lostCandidacy->tally.count(voter);
        if (m_lostCandidacy->tally.isWon()) {
            m_candidacy = std::move(m_lostCandidacy);
            m_lostCandidacy.reset();
            win();
        }
        return;
    }
    // C3: a late vote for a term that was given up is ignored.
    if (!m_candidacy || !m_candidacy->askedAt || message.term != m_candidacy->term)
        return;
    m_candidacy->tally.count(voter);
    if (m_candidacy->tally.isWon())
        win();
}

/// C3: this machine never wins that term, and says so, which frees those that voted for it.
void ElectionEngine::giveUp(const char *why)
{
    const Term term = m_candidacy->term;
    if (mutated(Mutation::WinAfterReleased))
        m_lostCandidacy = std::move(m_candidacy);
    m_candidacy.reset();
    if (!mutated(Mutation::OwnPromiseKept))
        m_promise.drop();
    m_released.note({m_self, term});
    notice("released", m_self.machine, term,
        std::string(why) + " -> candidacy for term " + number(term) + " given up");
    sendToAll(Released{m_self.incarnation, term, std::nullopt, m_set});
}

} // namespace clustd::election
