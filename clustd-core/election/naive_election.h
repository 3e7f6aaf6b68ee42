#pragma once

#include "election/alarm_board.h"
#include "election/durable_gate.h"
#include "election/election.h"

#include <optional>
#include <string>

namespace clustd::election {

/// What the other machine says that it does.
enum class Doing {
    Unknown, ///< This life of it has not said yet, or was silent for long
    Nothing,
    Active ///< Starting and stopping included
};

/// The other one of the two.
struct OtherMachine
{
    Life life;
    Instant heardAt;
    Doing doing = Doing::Unknown;
    Term term; ///< That it said last
    bool isEligible = false;
    std::int64_t priority = 100;
};

/// Naive mode (N1-N5 of docs/ELECTION.md): the rule of the original for exactly two machines. No
/// quorum, no lease; both are active while the way between them is cut, and every status says that
/// this may happen.
class NaiveElection final : public Election
{
public:
    NaiveElection(Options options, Instant start);
    [[nodiscard]] Effects step(const Event &event, Instant now) override;
    [[nodiscard]] View view(Instant now) const override;

private:
    // Events: naive_election.cpp
    void on(const Timeout &) { }
    void on(const PeerUp &) { m_tickAt = m_now; }
    void on(const Persisted &event);
    // The status of the next life says all that the death of the last one means here: nothing runs.
    void on(const FormerLifeDead &) { }
    // V4 is a rule of the quorum: without a file the term begins above what the other one says
    // (N5).
    void on(const Adopted &) { }
    void on(const SelfChanged &event)
    {
        if (m_machine != event)
            m_tickAt = m_now; // The other one is told at once.
        m_machine = event;
    }
    void on(const WantedChanged &event);
    void on(const PauseChanged &event)
    {
        if (m_isPaused != event.paused)
            m_tickAt = m_now;
        m_isPaused = event.paused;
    }

    void on(const GuardReady &event);
    void on(const ServiceStarted &event);
    void on(const ServiceStopped &event);
    void on(const StopFailed &event);
    void on(const FenceNow &event);
    void on(const HandOverAsked &event);
    void on(const Received &event);

    // The other machine: naive_election.cpp
    /// Whoever the file names; while its id is unknown, the first that speaks.
    [[nodiscard]] bool isTheOther(const NodeId &id) const;
    [[nodiscard]] bool isOtherHeard(Instant now) const;
    [[nodiscard]] bool isOtherActive() const;
    [[nodiscard]] bool canOtherStand() const { return isOtherHeard(m_now) && m_other->isEligible; }

    bool isDamaged(const Received &event);
    void hear(const Life &from);
    /// M5's order: the other one has stopped everything. An older word than its present activation
    /// says nothing.
    void takeIn(const Released &released);
    /// N2, N4: higher priority first, then the lower id. Both must come to the same answer.
    [[nodiscard]] bool isFirst() const;

    // Decisions: naive_rules.cpp
    [[nodiscard]] bool isEngaged() const { return m_phase != Phase::None; }

    [[nodiscard]] std::string standingRefusal() const;
    /// Why this machine does not become active now; empty if it does.
    [[nodiscard]] std::string waitReason() const;
    void consider();
    void warn();
    /// N4: the later in order stops by force, the first goes on without a restart.
    void considerOtherActive();
    void endSplit();
    void becomeActive();
    /// The token is on disk before anyone is given it, so it is never given twice (N5).
    void considerPrepare();
    void considerReassert();
    /// Tells who is master as seen from here.
    void followMaster();
    [[nodiscard]] std::string handOverRefusal(const HandOverAsked &asked) const;
    void stepDown(Phase phase, const std::string &why);
    /// Everything has stopped: Released goes out, and only then may the other one start (M5).
    void finish();
    void enter(Phase phase);

    [[nodiscard]] Instant nextDeadline() const;

    // Out: naive_election.cpp
    [[nodiscard]] Term durableTerm() const;
    /// A state file names a set, which naive mode does not use: an earlier one is kept. Where the
    /// other machine's id is unknown, this one stands in it as a witness, so that it could never
    /// elect itself alone if the file is later used with `election: quorum`.
    [[nodiscard]] SharedVoterSet setToStore();
    void command(ServiceCommand::Kind kind, const std::string &reason);
    /// Leaves while a write is in flight too: it says no term that is not on disk, and silence
    /// would make the other one active.
    [[nodiscard]] NodeStatus ownStatus() const;
    void sendToOther(const Message &message);
    void notice(const char *name, const NodeId &node, std::string text);

    const Life m_self;
    const Timing m_timing;
    SelfChanged m_machine;
    WantedChanged m_wanted;
    bool m_isPaused;
    const bool m_isTracing;

    Term m_term; ///< The highest that was seen or taken
    std::optional<Life> m_votedFor; ///< Self while the term is one that this machine took
    SharedVoterSet m_set; ///< Only stored
    DurableGate m_gate;
    AlarmBoard m_alarms;

    Term m_token;
    Phase m_phase = Phase::None;
    bool m_isGuardAsked = false;
    bool m_isReassertDue = false;
    std::optional<OtherMachine> m_other;
    std::optional<Life> m_master; ///< As last told

    Instant m_listenUntil; ///< N1
    Instant m_yieldUntil = Instant::min(); ///< After giving up the role the other one goes first
    Instant m_calledUntil = Instant::min(); ///< The other one named this machine as its successor
    bool m_isSplit = false; ///< N4: both are active
    Instant m_splitShownUntil = Instant::min(); ///< After its end
    Instant m_tickAt;
    Instant m_now;
    Effects m_effects;
};

} // namespace clustd::election
