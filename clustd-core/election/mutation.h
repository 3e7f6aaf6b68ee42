#pragma once

/// Deviations from the rules that the simulator switches on, one at a time, to show that it would
/// notice them. In every program but the simulator mutated() is the constant false and the compiler
/// drops the branch.
namespace clustd::election {

enum class Mutation {
    None,
    NoStartUpPromise, ///< V3 dropped
    PromiseShorterThanLease, ///< P < L
    VoteMakesNoPromise, ///< V1
    EngagedMachineVotes, ///< V1
    OwnPromiseNotRechecked, ///< C2
    OldTermTakesPromise, ///< V5: a late heartbeat of the one voted for replaces a newer promise
    LeaseFromReceipt, ///< M1: q = time of receipt
    CachedNow, ///< T1
    ReleasedBeforeStopped, ///< V6
    ReleasedDuringRenewal, ///< M4
    ReleasedIgnoresTerm, ///< V6
    ReleasedIgnoresIncarnation, ///< V6
    WinAfterReleased, ///< C3
    NoGuard, ///< G3
    GuardLate, ///< G3
    NoLastResort, ///< G5, with a stop that overruns
    VotesNotDurable, ///< V2
    NoRecovery, ///< V4
    RecoveryFromMajority, ///< V4
    RecoveryOfOwnFileOnly, ///< V4: asks only the voters of its file
    SetFromFiles, ///< S1
    SetFromFilesWithHash, ///< S1
    SeveralVotersAtOnce, ///< S2
    NextSetBeforeHeld, ///< S2
    HeartbeatsWhileFencing, ///< M3
    CampaignWithoutWrites, ///< C without 2 W
    OwnPromiseKept, ///< C3
    FenceOnAnyHigherTerm, ///< M4
    NoPreVote, ///< C2, and no refusal while promised
    HolderRefused ///< V1: the holder of the promise is refused
};

#ifdef CLUSTD_MUTATIONS
/// One for all runs of a process: set before their threads begin.
inline Mutation g_mutation = Mutation::None;
[[nodiscard]] inline bool mutated(Mutation which)
{
    return g_mutation == which;
}
#else
[[nodiscard]] constexpr bool mutated(Mutation)
{
    return false;
}
#endif

} // namespace clustd::election
