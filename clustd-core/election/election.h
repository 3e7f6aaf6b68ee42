#pragma once

#include "election/effects.h"
#include "election/timing.h"
#include "util/random.h"

#include <memory>

namespace clustd::election {

/// How one machine looks from inside the election; for status, metrics, invariants. Copied on
/// demand, not per step.
struct View
{
    Role role = Role::Follower;
    Phase phase = Phase::None;
    Term term; ///< The highest decided (maybe not yet durable)
    Term token; ///< Of the present or last mandate that was won here; 0 if none
    std::optional<Life>
        master; ///< Whose heartbeat was accepted last and is not released; self if Master
    std::optional<Instant> leaseUntil; ///< q + L, when Master
    std::optional<Life> votedFor;
    SharedVoterSet set; ///< In force; null under V4
    SharedVoterSet oldSet; ///< S3: the set that must also agree while a change is under way
    bool isEligible = false;
    std::string whyNotEligible; ///< "maintenance", "witness", "sick", "hears 1 of 3 voters", ... ;
                                ///< empty if eligible
    std::optional<Life> promisedTo; ///< V1; nothing under V3's promise to nobody
    Instant promiseUntil;
    std::vector<NodeId> heardVoters; ///< Within 3 H, self included when it votes
    std::vector<NodeId> waitingFor; ///< V4: whose answer is missing; empty unless recovering
    bool isWriting = false; ///< A write is in flight, and messages wait for it
    bool isRecovering = false; ///< V4: no state file yet
    bool isPaused = false;
    std::vector<Notice> alarms; ///< Those that hold now
};

/// Starting values of one life.
struct Options
{
    Life self;
    Timing timing;
    std::optional<DurableState> stored; ///< What the state file held; nothing: V4
    WantedChanged wanted;
    SelfChanged machine;
    Random random{1};
    bool isPaused = false;
    bool trace = false;
};

/// One machine's part in an election: ElectionEngine (quorum) or NaiveElection.
/// Thread: whichever; no locking. Errors: none; input from peers is judged, never asserted.
class Election
{
public:
    virtual ~Election() = default;

    /// Acts first on every deadline that has passed by @p now (T2), then on the event.
    /// @p now never falls; for Received it was read after the bytes were (T1).
    [[nodiscard]] virtual Effects step(const Event &event, Instant now) = 0;

    [[nodiscard]] virtual View view(Instant now) const = 0;
};

/// @param start the moment that V3 counts from. The first step() may be a Timeout at that moment.
[[nodiscard]] std::unique_ptr<Election> makeElectionEngine(Options options, Instant start);
[[nodiscard]] std::unique_ptr<Election> makeNaiveElection(Options options, Instant start);

} // namespace clustd::election
