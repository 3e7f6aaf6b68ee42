#include "sim/mutations.h"

#include <algorithm>
#include <array>

namespace clustd::sim {
namespace {

using election::Mutation;

constexpr std::array kMutations = {
    MutationCase{Mutation::NoStartUpPromise, "no-start-up-promise", "V3 dropped", 1, Family::Chaos},
    MutationCase{Mutation::PromiseShorterThanLease, "short-promise", "P < L", 1, Family::Chaos},
    MutationCase{Mutation::VoteMakesNoPromise, "vote-without-promise",
        "a vote makes no promise (V1)", 1, Family::Chaos},
    MutationCase{Mutation::EngagedMachineVotes, "engaged-votes", "an engaged machine votes (V1)", 1,
        Family::Chaos},
    MutationCase{Mutation::OwnPromiseNotRechecked, "own-promise-not-rechecked",
        "own promise not checked again (C2)", 1, Family::Chaos},
    MutationCase{Mutation::LeaseFromReceipt, "lease-from-receipt", "q = time of receipt (M1)", 1,
        Family::Chaos},
    MutationCase{Mutation::CachedNow, "cached-now", "cached now (T1)", 1, Family::Chaos},
    MutationCase{Mutation::ReleasedBeforeStopped, "released-before-stopped",
        "Released before the stop ended", 1, Family::Chaos},
    MutationCase{Mutation::ReleasedDuringRenewal, "released-during-renewal", "Released during M4",
        1, Family::Chaos},
    MutationCase{Mutation::ReleasedIgnoresTerm, "released-ignores-term",
        "Released matches without the term (V6)", 1, Family::Chaos},
    MutationCase{Mutation::ReleasedIgnoresIncarnation, "released-ignores-life",
        "Released matches without the incarnation (V6)", 1, Family::Chaos},
    MutationCase{Mutation::WinAfterReleased, "win-after-released", "win after Released (C3)", 1,
        Family::Chaos},
    MutationCase{Mutation::NoGuard, "no-guard", "no guard (G3)", 1, Family::Chaos},
    MutationCase{Mutation::GuardLate, "guard-late", "the guard acts late (G3)", 1, Family::Chaos},
    MutationCase{Mutation::NoLastResort, "no-last-resort",
        "no last resort with a stop that overruns (G5)", 1, Family::Chaos},
    MutationCase{
        Mutation::VotesNotDurable, "votes-not-durable", "votes not durable (V2)", 2, Family::Chaos},
    MutationCase{Mutation::NoRecovery, "no-recovery", "no recovery (V4)", 2, Family::Chaos},
    MutationCase{Mutation::RecoveryFromMajority, "recovery-from-majority",
        "recovery from a majority (V4)", 2, Family::Chaos},
    MutationCase{Mutation::RecoveryOfOwnFileOnly, "recovery-of-own-file",
        "recovery that asks only the voters of its file (V4)", 2, Family::Sets},
    MutationCase{Mutation::SetFromFiles, "set-from-files", "voter set taken from files (S1)", 1,
        Family::Sets},
    MutationCase{Mutation::SetFromFilesWithHash, "set-from-files-hash",
        "voter set taken from files, with a hash check (S1)", 1, Family::Sets},
    MutationCase{Mutation::SeveralVotersAtOnce, "several-voters-at-once",
        "several voters changed at once (S2)", 1, Family::Sets},
    MutationCase{Mutation::NextSetBeforeHeld, "next-set-before-held",
        "next set before the last is held (S2)", 1, Family::Sets},
    MutationCase{Mutation::HeartbeatsWhileFencing, "heartbeats-while-fencing",
        "heartbeats go on after the lease is lost (M3)", 3, Family::Single},
    MutationCase{Mutation::CampaignWithoutWrites, "campaign-without-writes", "C without 2 W", 3,
        Family::Single},
    MutationCase{Mutation::OwnPromiseKept, "own-promise-kept", "own promise kept after C3", 3,
        Family::Single},
    MutationCase{Mutation::FenceOnAnyHigherTerm, "fence-on-higher-term",
        "fencing on any higher term (M4)", 4, Family::Flapping},
    MutationCase{Mutation::NoPreVote, "no-pre-vote", "no pre-vote and no refusal while promised", 4,
        Family::Flapping},
    MutationCase{Mutation::HolderRefused, "holder-refused", "the holder of the promise is refused",
        4, Family::Flapping},
};

} // namespace

std::span<const MutationCase> allMutations()
{
    return kMutations;
}

const MutationCase *findMutation(const std::string &name)
{
    const auto it = std::find_if(kMutations.begin(), kMutations.end(),
        [&](const MutationCase &entry) { return entry.name == name; });
    return it == kMutations.end() ? nullptr : &*it;
}

} // namespace clustd::sim
