#include "election/election_engine.h"

#include <algorithm>
#include <type_traits>

namespace clustd::election {
namespace {

Duration promiseTime(const Timing &timing)
{
    return mutated(Mutation::PromiseShorterThanLease) ? timing.lease / 2 : timing.promise;
}

/// The term that the sender of a message says is its own, or asks votes for.
std::optional<Term> termOf(const Message &message)
{
    return std::visit(
        [](const auto &body) -> std::optional<Term> {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, Released>)
                return body.upTo == kForEver ? std::nullopt : std::optional(body.upTo);
            else if constexpr (std::is_same_v<Body, PreVote> || std::is_same_v<Body, Recover>)
                return std::nullopt;
            else
                return body.term;
        },
        message);
}

const SharedVoterSet &setOf(const Message &message)
{
    static const SharedVoterSet kNone;
    return std::visit(
        [](const auto &body) -> const SharedVoterSet & {
            if constexpr (std::is_same_v<std::decay_t<decltype(body)>, Recover>)
                return kNone;
            else
                return body.set;
        },
        message);
}

const std::optional<ReleasedLife> &relayedOf(const Message &message)
{
    static const std::optional<ReleasedLife> kNone;
    return std::visit(
        [](const auto &body) -> const std::optional<ReleasedLife> & {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (
                std::is_same_v<Body,
                    PreVote> || std::is_same_v<Body, RequestVote> || std::is_same_v<Body, NodeStatus>)
                return body.released;
            else
                return kNone;
        },
        message);
}

bool isReply(const Message &message)
{
    return std::holds_alternative<HeartbeatAck>(message)
        || std::holds_alternative<PreVoteReply>(message)
        || std::holds_alternative<VoteReply>(message)
        || std::holds_alternative<RecoverReply>(message);
}

Timing asMutated(Timing timing)
{
    timing.promise = promiseTime(timing);
    return timing;
}

} // namespace

ElectionEngine::ElectionEngine(Options options, Instant start)
    : m_self(std::move(options.self))
    , m_timing(asMutated(options.timing))
    , m_random(options.random)
    , m_machine(std::move(options.machine))
    , m_wanted(std::move(options.wanted))
    , m_isPaused(options.isPaused)
    , m_isTracing(options.trace)
    , m_gate(options.stored)
    , m_promise(mutated(Mutation::NoStartUpPromise) ? start : start + m_timing.promise)
    , m_tickAt(start)
    , m_now(start)
{
    for (const NodeId &id : m_wanted.others) {
        if (id != m_self.machine)
            m_peers.add(id);
    }
    if (options.stored) {
        m_term = options.stored->term;
        m_votedFor = options.stored->votedFor;
        m_set = options.stored->set;
        for (const Member &member : m_set->members()) {
            if (member.id != m_self.machine)
                m_peers.add(member.id);
        }
        applySetFromFile();
    } else if (mutated(Mutation::NoRecovery) && m_wanted.wanted) {
        m_set = std::make_shared<const VoterSet>(Epoch{}, *m_wanted.wanted);
        m_gate.touch();
    } else {
        // Half the range is left for counting up.
        m_recovery.emplace(m_random.next() >> 2U);
        m_askStateAt = m_promise.startUpUntil();
    }
}

Effects ElectionEngine::step(const Event &event, Instant now)
{
    m_now = std::max(m_now, now);
    m_effects = Effects{};
    // T2: what is due comes before what happened. A turn depends on who is heard, which decays.
    if (m_now >= m_wakeAt || m_turn || m_question)
        actOnDeadlines();
    std::visit([this](const auto &what) { on(what); }, event);
    actOnDeadlines();
    if (m_gate.isTouched())
        m_effects.persist = m_gate.begin(decided());
    m_wakeAt = nextDeadline();
    m_effects.wakeAt = m_wakeAt;
    return std::move(m_effects);
}

// ---- time
// ----------------------------------------------------------------------------------------

void ElectionEngine::actOnDeadlines()
{
    considerLease();
    if (m_master && !m_mandate && m_now >= m_masterUntil)
        loseMaster("no heartbeat for as long as the promise to it lasts");
    if (m_recovery && m_now >= m_askStateAt)
        askForState();
    if (m_candidacy || m_lostCandidacy)
        considerCandidacy();
    if (m_mandate && m_mandate->renewal)
        considerRenewal();
    if (m_now >= m_tickAt)
        tick();
    considerTurn();
}

void ElectionEngine::tick()
{
    m_tickedAt = m_now;
    // A follower speaks when the master's heartbeat comes (see V5); its own time is a little later.
    m_tickAt = m_now + m_timing.heartbeat * (m_master && !m_mandate ? 5 : 4) / 4;
    watchQuorum();
    endStaleAlarms();
    if (isLeading()) {
        sendHeartbeats();
        if (m_mandate->renewal && m_mandate->renewal->askedAt)
            askForRenewal();
        if (m_mandate->isReassertDue && m_mandate->phase == Phase::Active) {
            m_mandate->isReassertDue = false;
            command(ServiceCommand::Kind::Reassert, "machines are heard again");
        }
        considerSetChange();
    } else if (m_mandate && mutated(Mutation::HeartbeatsWhileFencing)) {
        sendHeartbeats();
    }
    sendToAll(ownStatus());
}

void ElectionEngine::watchQuorum()
{
    if (!m_set)
        return;
    const std::size_t heard = heardVoters();
    const bool isHeard = heard >= m_set->majority();
    if (m_isQuorumHeard == isHeard)
        return;
    if (!m_isQuorumHeard && (isHeard || m_promise.isStartingUp(m_now))) {
        // The first moments of a life are no news.
        if (isHeard)
            m_isQuorumHeard = true;
        return;
    }
    m_isQuorumHeard = isHeard;
    notice(isHeard ? "quorum-regained" : "quorum-lost", m_self.machine, m_term,
        "voters heard: " + std::to_string(heard) + " of " + std::to_string(m_set->size()) + ", "
            + std::to_string(m_set->majority()) + " needed -> "
            + (isHeard ? "a master can be elected" : "no master can be elected from here"));
}

Instant ElectionEngine::nextDeadline() const
{
    Instant next = m_tickAt;
    if (isLeading()) {
        next = std::min(next, m_mandate->lease.fenceAt());
        if (m_mandate->phase == Phase::Preparing)
            next = std::min(next, m_mandate->prepareUntil);
    }
    if (m_master && !m_mandate)
        next = std::min(next, m_masterUntil);
    if (m_recovery)
        next = std::min(next, m_askStateAt);
    if (m_candidacy && m_candidacy->askedAt)
        next = std::min(next, *m_candidacy->askedAt + campaignTime());
    if (m_question)
        next = std::min(next, m_question->endAt());
    if (m_turn || m_question) {
        if (m_turn)
            next = std::min(next, m_turn->dueAt(rank(), m_timing.stagger));
        // Ranks move up when somebody falls silent.
        next = std::min(next, m_peers.nextSilence(2 * m_timing.heartbeat, m_now));
    } else if (!m_mandate && !m_candidacy && m_set) {
        if (const Instant free = std::max(m_promise.freeForAll(), m_standFrom); free > m_now)
            next = std::min(next, free);
    }
    // Whatever is left over from now is done within this moment's next event.
    return std::max(next, m_now + Duration(1));
}

// ---- events
// --------------------------------------------------------------------------------------

void ElectionEngine::on(const Timeout &)
{
}

void ElectionEngine::on(const Received &event)
{
    if (event.from.machine == m_self.machine)
        return;
    // An incarnation joins every message to one life: what answers a former one is not for us.
    if (event.asked != m_self.incarnation && isReply(event.message))
        return;
    if (isDamaged(event))
        return;
    // Behind the term of a master, it cannot acknowledge a heartbeat before it has stored the term.
    const auto *status = std::get_if<NodeStatus>(&event.message);
    hear(event.from, status && m_master && status->term < m_term);
    // V6: what was released comes before the rest of the message.
    if (const auto &relayed = relayedOf(event.message))
        takeIn(*relayed, std::nullopt, true);
    // S1: so does a newer set.
    meetSet(setOf(event.message), event.from.machine);
    std::visit([&](const auto &message) { onMessage(event, message); }, event.message);
    // M4: a heartbeat's number is judged by V5 alone.
    if (m_mandate && !std::holds_alternative<Heartbeat>(event.message)) {
        if (const std::optional<Term> seen = termOf(event.message))
            seeNumber(*seen, event.from.machine);
    }
}

bool ElectionEngine::isDamaged(const Received &event)
{
    const Term limit{m_term.value() + kTermJumpMax};
    const std::optional<Term> term = termOf(event.message);
    const SharedVoterSet &set = setOf(event.message);
    const bool isTermFar = term && *term > limit;
    const std::uint64_t changes = (m_set ? m_set->epoch().n : 0) + kTermJumpMax;
    const bool isSetFar = set && (set->epoch().term > limit || set->epoch().n > changes);
    const std::optional<ReleasedLife> &relayed = relayedOf(event.message);
    const bool isReleaseFar = relayed && relayed->upTo != kForEver && relayed->upTo > limit;
    if (!isTermFar && !isSetFar && !isReleaseFar)
        return false;
    if (Peer *peer = m_peers.add(event.from.machine))
        peer->damagedAt = m_now;
    // The text does not name the number, which may be another each time: one alarm is enough.
    m_alarms.raise("term-damaged", event.from.machine, m_term,
        event.from.machine.value()
            + " speaks of a term, or of a change of the set, more than 2^32 above what is known "
              "here: no election gets that far -> its messages that do are dropped",
        m_effects.notices);
    return true;
}

/// Alarms about what others said end by time: an alarm that each good message ended and each bad
/// one raised anew would let a peer decide how much is logged.
void ElectionEngine::endStaleAlarms()
{
    if (m_alarms.isEmpty())
        return;
    constexpr Duration kDamageShown = std::chrono::seconds(10);
    for (const Peer &peer : m_peers.all()) {
        if (m_now >= peer.damagedAt + kDamageShown)
            m_alarms.clear("term-damaged", peer.id, m_term, m_effects.notices);
        // S4: what was removed from file and set and is gone has no say in what others want.
        const bool isMember = (m_set && m_set->contains(peer.id))
            || std::find(m_wanted.others.begin(), m_wanted.others.end(), peer.id)
                != m_wanted.others.end();
        if (!isMember && !hears(peer.id))
            m_alarms.clear("voter-set-differs", peer.id, m_term, m_effects.notices);
    }
}

void ElectionEngine::hear(const Life &from, bool isBehind)
{
    Peer *peer = m_peers.add(from.machine);
    if (!peer)
        return;
    if (m_mandate && !isBehind && peer->incarnation != Incarnation{}
        && !peer->isHeardWithin(3 * m_timing.heartbeat, m_now))
        m_mandate->isReassertDue = true;
    if (peer->incarnation != from.incarnation) {
        // What a former life said of itself does not hold for this one.
        peer->incarnation = from.incarnation;
        m_newestLifeAt = m_now;
        peer->isEligible = false;
        peer->held.reset();
    }
    if (!isBehind)
        peer->heardAt = m_now;
}

void ElectionEngine::on(const PeerUp &event)
{
    if (event.peer.machine != m_self.machine)
        m_peers.add(event.peer.machine);
    send(event.peer, ownStatus());
    // G3: a link is the first chance to say that a former life is dead.
    for (const Incarnation &dead : m_deadLives)
        send(event.peer, Released{dead, kForEver, std::nullopt, m_set});
}

void ElectionEngine::on(const Persisted &event)
{
    m_gate.finish(event.write, m_effects.send);
}

void ElectionEngine::on(const SelfChanged &event)
{
    const bool isNews = m_machine != event;
    m_machine = event;
    // What must not be master does not go on asking for it. Whom it hears at this moment is no
    // reason (C3).
    if (m_candidacy && (event.maintenance || event.sick || !event.barred.empty()))
        giveUp("it may no longer be master");
    // Nobody should stand down for, or count on, what is no longer so.
    if (isNews)
        sendToAll(ownStatus());
}

void ElectionEngine::on(const WantedChanged &event)
{
    m_wanted = event;
    for (const NodeId &id : m_wanted.others) {
        if (id != m_self.machine)
            m_peers.add(id);
    }
    applySetFromFile();
    for (const Peer &peer : m_peers.all())
        compareWanted(peer);
    if (m_recovery)
        concludeRecovery();
}

void ElectionEngine::on(const PauseChanged &event)
{
    const bool isNews = m_isPaused != event.paused;
    m_isPaused = event.paused;
    m_calledUntil = Instant::min();
    // C4: while it is on nobody campaigns.
    if (m_isPaused && m_candidacy)
        giveUp("the cluster is paused");
    if (isNews)
        sendToAll(ownStatus());
}

void ElectionEngine::on(const FormerLifeDead &event)
{
    if (event.incarnation == m_self.incarnation)
        return;
    if (std::find(m_deadLives.begin(), m_deadLives.end(), event.incarnation) == m_deadLives.end())
        m_deadLives.push_back(event.incarnation);
    const ReleasedLife released{{m_self.machine, event.incarnation}, kForEver};
    takeIn(released, std::nullopt, false);
    notice("released", m_self.machine, m_term,
        "the former life of this machine is dead and all that it started has stopped -> its "
        "promises are void");
    sendToAll(Released{event.incarnation, kForEver, std::nullopt, m_set});
}

void ElectionEngine::on(const Adopted &event)
{
    if (!m_recovery)
        return;
    m_recovery->adopt(event.gone);
    concludeRecovery();
}

std::unique_ptr<Election> makeElectionEngine(Options options, Instant start)
{
    return std::make_unique<ElectionEngine>(std::move(options), start);
}

} // namespace clustd::election
