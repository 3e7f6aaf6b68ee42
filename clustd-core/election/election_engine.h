#pragma once

#include "election/alarm_board.h"
#include "election/campaign.h"
#include "election/durable_gate.h"
#include "election/election.h"
#include "election/mandate.h"
#include "election/mutation.h"
#include "election/peer_table.h"
#include "election/promise.h"
#include "election/recovery.h"
#include "election/released_lives.h"

#include <string>
#include <utility>
#include <vector>

namespace clustd::election {

/// The rules of docs/ELECTION.md for one machine: V1-V6, M1-M6, C1-C4, S1-S4, T2.
///
/// Everything that has a state of its own is a small class (Promise, Lease, VoteTally, Recovery,
/// ...); this one says when they are asked. Its parts by file: election_engine.cpp time and events,
/// engine_voter.cpp V1-V3, V5, V6, engine_recovery.cpp V4, engine_candidate.cpp C1-C4,
/// engine_master.cpp M1-M6, engine_sets.cpp S1-S4.
class ElectionEngine final : public Election
{
public:
    ElectionEngine(Options options, Instant start);

    [[nodiscard]] Effects step(const Event &event, Instant now) override;
    [[nodiscard]] View view(Instant now) const override;

private:
    // Time: election_engine.cpp
    void actOnDeadlines();
    void tick();
    [[nodiscard]] Instant nextDeadline() const;
    void watchQuorum();
    void endStaleAlarms();

    // Events: election_engine.cpp
    void on(const Timeout &event);
    void on(const Received &event);
    void on(const PeerUp &event);
    void on(const Persisted &event);
    void on(const GuardReady &event);
    void on(const ServiceStarted &event);
    void on(const ServiceStopped &event);
    void on(const StopFailed &event);
    void on(const SelfChanged &event);
    void on(const WantedChanged &event);
    void on(const PauseChanged &event);
    void on(const HandOverAsked &event);
    void on(const FormerLifeDead &event);
    void on(const Adopted &event);
    void on(const FenceNow &event);

    // Messages
    void onMessage(const Received &event, const Heartbeat &message);
    void onMessage(const Received &event, const HeartbeatAck &message);
    void onMessage(const Received &event, const PreVote &message);
    void onMessage(const Received &event, const PreVoteReply &message);
    void onMessage(const Received &event, const RequestVote &message);
    void onMessage(const Received &event, const VoteReply &message);
    void onMessage(const Received &event, const Released &message);
    void onMessage(const Received &event, const Recover &message);
    void onMessage(const Received &event, const RecoverReply &message);
    void onMessage(const Received &event, const NodeStatus &message);
    [[nodiscard]] bool isDamaged(const Received &event);
    /// @param isBehind it has not yet stored the term of the master
    void hear(const Life &from, bool isBehind);

    // The voter: engine_voter.cpp
    [[nodiscard]] std::optional<Refusal> voteRefusal(
        const Life &asker, std::optional<Term> term, const SharedVoterSet &askerSet) const;
    [[nodiscard]] Duration freeIn(const Life &asker, Refusal refusal) const;
    void acknowledge(const Life &to, const Heartbeat &heartbeat);
    void refuseHeartbeat(const Life &to, const Heartbeat &heartbeat, const char *why);
    void follow(const Life &master, Term term);
    void loseMaster(const char *why);
    void takeIn(
        const ReleasedLife &released, const std::optional<NodeId> &successor, bool isRelayed);
    void setTerm(Term term, std::optional<Life> votedFor, bool isVote, const std::string &why);

    // Recovery: engine_recovery.cpp
    void askForState();
    void concludeRecovery();
    void tellWhomWeWaitFor();
    void answerRecoverAskers();

    // The candidate: engine_candidate.cpp
    [[nodiscard]] std::string standingRefusal() const;
    [[nodiscard]] bool mayStand() const;
    [[nodiscard]] std::size_t rank() const;
    void considerTurn();
    void startTurn(unsigned extra);
    void endCampaign();
    void ask();
    void considerAnswers();
    void stand();
    void sendRequests();
    void considerCandidacy();
    void giveUp(const char *why);
    [[nodiscard]] Duration campaignTime() const;

    // The master: engine_master.cpp
    void win();
    void renewLease();
    void sendHeartbeats();
    void considerLease();
    void startFencing(const std::string &why);
    void endMandate(const std::optional<NodeId> &successor, const std::string &why);
    void seeNumber(Term seen, const NodeId &where);
    void startRenewal(Term term, const std::string &why);
    void considerRenewal();
    void askForRenewal();
    [[nodiscard]] std::string handOverRefusal(const HandOverAsked &asked) const;
    void startHandOver(const HandOverAsked &asked);
    [[nodiscard]] std::optional<NodeId> successor() const;
    void command(ServiceCommand::Kind kind, const std::string &reason);
    [[nodiscard]] bool isLeading() const { return m_mandate && !m_mandate->isFencing(); }

    // The voter set: engine_sets.cpp
    void meetSet(const SharedVoterSet &set, const NodeId &from);
    void considerSetChange();
    [[nodiscard]] bool isSetHeld() const;
    void issueSet(std::vector<Member> members, const std::string &what);
    void compareWanted(const Peer &peer);
    void applySetFromFile();
    [[nodiscard]] bool hasLeaseIn(const VoterSet &set) const;

    // Out
    template <typename Body> void send(const Life &to, Body body);
    /// Leaves even while a write is in flight: it claims nothing that is not durable.
    template <typename Body> void sendNow(const Life &to, Body body);
    template <typename Body> void sendToAll(const Body &body);
    template <typename Body> void sendToVoters(const Body &body);
    [[nodiscard]] NodeStatus ownStatus() const;
    void notice(const char *name, const NodeId &node, Term term, std::string text);
    template <typename Line> void trace(Line line);

    [[nodiscard]] bool isVoter() const { return m_set && m_set->contains(m_self.machine); }
    [[nodiscard]] bool hears(const NodeId &id) const;
    [[nodiscard]] std::size_t heardVoters() const;
    [[nodiscard]] bool isDurable(Term term) const;
    [[nodiscard]] const SharedVoterSet &durableSet() const;
    [[nodiscard]] DurableState decided() const { return {m_term, m_votedFor, m_set}; }

    // What was handed in
    const Life m_self;
    const Timing m_timing;
    Random m_random;
    SelfChanged m_machine;
    WantedChanged m_wanted;
    bool m_isPaused;
    const bool m_isTracing;

    // Decided, and durable as soon as the gate says so
    Term m_term;
    std::optional<Life> m_votedFor;
    SharedVoterSet m_set; ///< In force; null under V4
    SharedVoterSet m_oldSet; ///< S3, master only
    DurableGate m_gate;

    Promise m_promise;
    ReleasedLives m_released;
    PeerTable m_peers;
    AlarmBoard m_alarms;
    std::optional<Recovery> m_recovery; ///< V4: until the state is known

    // C: at most one of these
    std::optional<Turn> m_turn;
    std::optional<Question> m_question;
    std::optional<Candidacy> m_candidacy;
    std::optional<Candidacy> m_lostCandidacy; ///< Only for Mutation::WinAfterReleased
    Instant m_newestLifeAt
        = Instant::min(); ///< When another machine's life was first heard, the latest
    Instant m_standFrom = Instant::min(); ///< A first start waits until all know that all may stand
    unsigned m_extraTurns = 0; ///< To let pass before the next campaign (M3)
    Term m_highestAnswer; ///< Of all answers to questions and requests (C2)

    std::optional<Mandate> m_mandate; ///< Engaged while it exists
    std::uint64_t m_seq = 0; ///< Of heartbeats; goes on through mandates

    std::optional<Life> m_master; ///< Whose heartbeat was accepted last; self when engaged
    Instant m_masterUntil = Instant::min();
    Instant m_calledUntil
        = Instant::min(); ///< C4: a person moved the role, so that even under a pause one may stand
    Term m_masterTerm; ///< Of its last accepted heartbeat
    std::optional<ReleasedLife> m_freedBy; ///< What ended the last promise, until one is made anew
    Term m_lastToken;
    std::vector<Incarnation>
        m_deadLives; ///< Former lives of this machine, told to every new link (G3)
    std::optional<bool> m_isQuorumHeard;

    Instant m_tickAt;
    Instant m_tickedAt = Instant::min();
    Instant m_askStateAt = kNever;
    Instant m_wakeAt = Instant::min();
    Instant m_now;
    Effects m_effects;
};

template <typename Body> void ElectionEngine::send(const Life &to, Body body)
{
    m_gate.pass(Envelope{to, std::move(body)}, m_effects.send);
}

template <typename Body> void ElectionEngine::sendNow(const Life &to, Body body)
{
    m_effects.send.push_back(Envelope{to, std::move(body)});
}

template <typename Body> void ElectionEngine::sendToAll(const Body &body)
{
    m_effects.send.reserve(m_effects.send.size() + m_peers.all().size());
    for (const Peer &peer : m_peers.all())
        send({peer.id, {}}, body);
}

template <typename Body> void ElectionEngine::sendToVoters(const Body &body)
{
    for (const Peer &peer : m_peers.all()) {
        if (m_set->contains(peer.id) || (m_oldSet && m_oldSet->contains(peer.id)))
            send({peer.id, {}}, body);
    }
}

template <typename Line> void ElectionEngine::trace(Line line)
{
    if (m_isTracing)
        m_effects.trace.push_back(line());
}

} // namespace clustd::election
