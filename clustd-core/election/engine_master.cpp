// M1-M6: what a machine does from the moment it wins until everything has stopped.

#include "election/election_engine.h"

#include <algorithm>

namespace clustd::election {
namespace {

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

/// M2: the request for votes counts as the first heartbeat, so the lease began when it was sent.
void ElectionEngine::win()
{
    Lease lease(m_self.machine, m_timing);
    const Instant askedAt = *m_candidacy->askedAt;
    for (const NodeId &voter : m_candidacy->tally.granters())
        lease.count(voter, mutated(Mutation::LeaseFromReceipt) ? m_now : askedAt);
    lease.renew(*m_set, nullptr, m_now);
    if (m_now >= lease.fenceAt()) {
        giveUp("the votes came when the lease was nearly over");
        return;
    }
    const Term term = m_candidacy->term;
    const std::size_t votes = m_candidacy->tally.granters().size();
    m_candidacy.reset();
    endCampaign();
    const Instant prepareUntil = lease.fenceAt();
    m_mandate.emplace(term, askedAt, std::move(lease));
    m_mandate->prepareUntil = prepareUntil;
    m_lastToken = term;
    m_master = m_self;
    m_alarms.clearAll("higher-heartbeat", term, m_effects.notices);
    notice("master-elected", m_self.machine, term,
        std::to_string(votes) + " votes for term " + number(term) + " -> master");
    notice("promoting", m_self.machine, term,
        "lease for " + milliseconds(m_mandate->lease.until() - m_now)
            + " -> plan and deadline to the guard, then the drivers");
    command(ServiceCommand::Kind::Prepare, "elected for term " + number(term));
    sendHeartbeats();
    m_tickAt = m_now + m_timing.heartbeat;
}

void ElectionEngine::command(ServiceCommand::Kind kind, const std::string &reason)
{
    m_effects.service.push_back({kind, m_mandate->token, m_mandate->lease.until(), reason});
}

/// Heartbeats do not wait for the disk: they say nothing that is not durable, and a slow disk must
/// not cost the lease.
void ElectionEngine::sendHeartbeats()
{
    const Heartbeat heartbeat{m_mandate->heartbeatTerm, ++m_seq, durableSet()};
    m_mandate->lease.noteSent(heartbeat.seq, heartbeat.term, m_now);
    for (const Peer &peer : m_peers.all())
        sendNow({peer.id, {}}, heartbeat);
}

void ElectionEngine::onMessage(const Received &event, const HeartbeatAck &message)
{
    // M3: there is no way back from fencing.
    if (!isLeading() || !message.ok)
        return;
    const std::optional<Instant> sentAt = m_mandate->lease.sentAt(message.seq, message.term);
    if (!sentAt)
        return;
    // S2 under this mandate: an answer to a former term may come from who does not know this one.
    Peer *peer = m_peers.find(event.from.machine);
    if (peer && message.term == m_mandate->heartbeatTerm)
        peer->held = message.set ? std::optional(message.set->epoch()) : std::nullopt;
    m_mandate->lease.count(
        event.from.machine, mutated(Mutation::LeaseFromReceipt) ? m_now : *sentAt);
    renewLease();
    if (m_oldSet)
        considerSetChange();
}

void ElectionEngine::renewLease()
{
    if (!m_mandate->lease.renew(*m_set, m_oldSet.get(), m_now))
        return;
    m_effects.deadlines.push_back({m_mandate->token, m_mandate->lease.until()});
    if (!m_mandate->recoverAskers.empty())
        answerRecoverAskers();
}

/// M3: at q + L - D. M2: where the guard has not taken plan and deadline within the first lease,
/// the machine gives up, however long its voters go on answering.
void ElectionEngine::considerLease()
{
    if (!isLeading())
        return;
    // M1: q of a machine that is the majority by itself is now, also after a stall.
    if (m_set->size() == 1)
        renewLease();
    if (m_now >= m_mandate->lease.fenceAt())
        startFencing("no majority answered for " + milliseconds(m_now - m_mandate->lease.q()));
    else if (m_mandate->phase == Phase::Preparing && m_now >= m_mandate->prepareUntil)
        startFencing("the guard has not taken plan and deadline in time");
}

void ElectionEngine::startFencing(const std::string &why)
{
    m_mandate->phase = Phase::Fencing;
    m_mandate->renewal.reset();
    m_mandate->recoverAskers.clear();
    notice("fencing", m_self.machine, m_mandate->token,
        why + " -> stopping by force, lease ends in "
            + milliseconds(m_mandate->lease.until() - m_now));
    command(ServiceCommand::Kind::Fence, why);
    if (mutated(Mutation::ReleasedBeforeStopped)) {
        m_promise.drop();
        sendToAll(Released{m_self.incarnation, m_term, std::nullopt, m_set});
    }
}

void ElectionEngine::on(const FenceNow &event)
{
    if (isLeading())
        startFencing(event.reason);
}

void ElectionEngine::on(const GuardReady &event)
{
    if (!m_mandate || m_mandate->token != event.token || m_mandate->phase != Phase::Preparing)
        return;
    // M2: what is past q + L - D was seen to before this event (T2).
    m_mandate->phase = Phase::Starting;
    command(ServiceCommand::Kind::Start, "elected for term " + number(event.token));
}

void ElectionEngine::on(const ServiceStarted &event)
{
    if (!m_mandate || m_mandate->token != event.token || m_mandate->phase != Phase::Starting)
        return;
    m_mandate->phase = Phase::Active;
    notice("active", m_self.machine, event.token,
        "all drivers started -> active with token " + number(event.token));
    sendToAll(ownStatus()); // Whoever ordered the switchover waits for it.
}

void ElectionEngine::on(const ServiceStopped &event)
{
    if (!m_mandate || m_mandate->token != event.token)
        return;
    if (m_mandate->phase == Phase::Stopping)
        endMandate(successor(), "handed over");
    else if (m_mandate->phase == Phase::Fencing)
        endMandate(std::nullopt, "stopped by force");
}

/// M5: what cannot be stopped keeps its lease as long as it can, and nobody is told otherwise.
void ElectionEngine::on(const StopFailed &event)
{
    if (!m_mandate || m_mandate->token != event.token)
        return;
    m_alarms.raise("stop-failed", m_self.machine, event.token,
        "even force did not stop the service of token " + number(event.token)
            + " -> the role is kept and no other machine may take it; stop it by hand or reset "
              "this machine",
        m_effects.notices);
}

/// M3, M5, M6: everything has stopped.
void ElectionEngine::endMandate(const std::optional<NodeId> &successor, const std::string &why)
{
    const Term token = m_mandate->token;
    // M3: a machine that lost its lease lets others go first, as does a former master under M6.
    if (m_mandate->isFencing())
        m_extraTurns = 1;
    else
        m_extraTurns = successor ? 2 : 0;
    if (successor)
        m_calledUntil = m_now + m_timing.failoverWithin;
    m_mandate.reset();
    m_oldSet.reset();
    m_master.reset();
    m_alarms.clear("stop-failed", m_self.machine, token, m_effects.notices);
    notice(
        "inactive", m_self.machine, token, "nothing of token " + number(token) + " runs any more");
    notice("released", m_self.machine, token,
        why + " -> up to term " + number(m_term) + " this machine is released"
            + (successor ? ", successor " + successor->value() : ""));
    const ReleasedLife released{m_self, m_term};
    m_released.note(released);
    m_promise.forget(released);
    sendToAll(Released{m_self.incarnation, m_term, successor, m_set});
}

// ---- M4
// ------------------------------------------------------------------------------------------

void ElectionEngine::seeNumber(Term seen, const NodeId &where)
{
    if (!isLeading() || seen <= m_term)
        return;
    const std::string why = where.value() + " is at term " + number(seen);
    if (mutated(Mutation::FenceOnAnyHigherTerm))
        startFencing(why);
    else
        startRenewal(Term{seen.value() + 1}, why);
}

/// M4: the master goes on and asks its voters to follow it to a higher number. Nobody else could
/// win it meanwhile: they hold a promise to this machine.
void ElectionEngine::startRenewal(Term term, const std::string &why)
{
    setTerm(term, m_self, true, why + ", mandate to be renewed");
    m_promise.make(m_self, term, m_now + m_timing.promise);
    m_mandate->renewal.emplace(term, VoteTally(m_set, m_oldSet));
    m_mandate->renewal->tally.count(m_self.machine);
    if (mutated(Mutation::ReleasedDuringRenewal))
        sendToAll(Released{m_self.incarnation, m_mandate->heartbeatTerm, std::nullopt, m_set});
    considerRenewal();
}

void ElectionEngine::considerRenewal()
{
    Renewal &renewal = *m_mandate->renewal;
    if (!renewal.askedAt) {
        if (!isDurable(renewal.term) && !mutated(Mutation::VotesNotDurable))
            return;
        renewal.askedAt = m_now;
        askForRenewal();
    }
    // S3 by the sets of now: the change that was under way may be done since.
    if (!isLeading() || !renewal.tally.isWonIn(*m_set, m_oldSet.get()))
        return;
    m_mandate->heartbeatTerm = renewal.term;
    m_mandate->grantTerm = renewal.term;
    m_mandate->grantsCountFrom = *renewal.askedAt;
    m_mandate->renewal.reset();
    m_mandate->isReassertDue = true;
    notice("master-elected", m_self.machine, m_term,
        "a majority granted term " + number(m_term) + " -> mandate renewed, token stays "
            + number(m_mandate->token));
    sendHeartbeats();
}

void ElectionEngine::askForRenewal()
{
    sendToVoters(RequestVote{m_mandate->renewal->term, m_released.last(), m_set});
}

// ---- M5, M6
// --------------------------------------------------------------------------------------

void ElectionEngine::on(const HandOverAsked &event)
{
    const std::string why = handOverRefusal(event);
    m_effects.answers.push_back({event.request, why.empty(), why});
    trace([&] {
        return std::string("hand over (") + toText(event.reason)
            + "): " + (why.empty() ? "possible -> start" : why + " -> refuse");
    });
    if (why.empty())
        startHandOver(event);
}

/// M5: why the role cannot be handed over as asked; empty if it can.
std::string ElectionEngine::handOverRefusal(const HandOverAsked &asked) const
{
    if (!m_mandate)
        return m_master ? "this machine is not master; " + m_master->machine.value() + " is"
                        : "this machine is not master, and none is known";
    if (m_mandate->isFencing())
        return "it is stopping by force already";
    if (m_mandate->phase == Phase::Stopping)
        return "a hand-over is under way already";
    if (m_isPaused && !asked.byPerson)
        return "the cluster is paused"; // C4
    if (asked.to) {
        if (*asked.to == m_self.machine)
            return asked.to->value() + " is master already";
        const Peer *peer = m_peers.find(*asked.to);
        if (!peer)
            return asked.to->value() + " is unknown";
        if (!peer->isHeardWithin(2 * m_timing.heartbeat, m_now))
            return asked.to->value() + " is not in reach";
        if (!peer->isEligible)
            return asked.to->value() + " is not eligible";
    }
    // A machine that shuts down goes in any case.
    if (asked.reason != HandOverReason::Shutdown
        && !m_peers.firstEligible(2 * m_timing.heartbeat, m_now))
        return "no other eligible machine is in reach";
    return {};
}

/// M5: the lease is renewed for as long as the ordinary stop takes.
void ElectionEngine::startHandOver(const HandOverAsked &asked)
{
    m_mandate->handOver = HandOver{asked.reason, asked.to};
    m_mandate->phase = Phase::Stopping;
    notice("demoting", m_self.machine, m_mandate->token,
        std::string(toText(asked.reason)) + (asked.to ? " to " + asked.to->value() : "")
            + " -> stopping the drivers");
    command(ServiceCommand::Kind::Stop, toText(asked.reason));
}

/// The machine asked for if it is still eligible, else the first in order, else none.
std::optional<NodeId> ElectionEngine::successor() const
{
    if (m_mandate->handOver && m_mandate->handOver->to) {
        const Peer *peer = m_peers.find(*m_mandate->handOver->to);
        if (peer && peer->isEligible && peer->isHeardWithin(2 * m_timing.heartbeat, m_now))
            return peer->id;
    }
    const Peer *first = m_peers.firstEligible(2 * m_timing.heartbeat, m_now);
    return first ? std::optional(first->id) : std::nullopt;
}

} // namespace clustd::election
