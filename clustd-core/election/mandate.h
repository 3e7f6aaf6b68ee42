#pragma once

#include "election/effects.h"
#include "election/lease.h"
#include "election/vote_tally.h"

#include <optional>
#include <utility>
#include <vector>

namespace clustd::election {

/// M5: a hand-over under way.
struct HandOver
{
    HandOverReason reason = HandOverReason::Switchover;
    std::optional<NodeId> to; ///< The machine asked for
};

/// M4: the mandate is being renewed under a higher number, with the lease of the old one.
struct Renewal
{
    Renewal(Term ofTerm, VoteTally votes)
        : term(ofTerm)
        , tally(std::move(votes))
    {
    }

    Term term;
    VoteTally tally;
    std::optional<Instant>
        askedAt; ///< Just before the first RequestVote; nothing while the own vote is written
};

/// What an engaged machine holds, from the win until everything has stopped.
struct Mandate
{
    Mandate(Term won, Instant grantsSince, Lease firstLease)
        : token(won)
        , heartbeatTerm(won)
        , grantTerm(won)
        , grantsCountFrom(grantsSince)
        , lease(std::move(firstLease))
    {
    }

    [[nodiscard]] bool isFencing() const { return phase == Phase::Fencing; }

    Term token; ///< The term that was won; stays through renewals
    Term heartbeatTerm; ///< Of its heartbeats; rises when a renewal is won
    Term grantTerm; ///< Late grants for this term still count for the lease (M1) ...
    Instant grantsCountFrom; ///< ... as of the first request for it
    Phase phase = Phase::Preparing;
    Instant prepareUntil = kNever; ///< M2: q + L - D of the win
    Lease lease;
    std::optional<Renewal> renewal;
    std::optional<HandOver> handOver;
    bool isReassertDue = false; ///< A machine is heard again: announce the service anew

    struct Asker
    {
        Life life;
        std::uint64_t nonce = 0;
        Instant arrivedAt;
    };
    /// V4a: they are answered once a heartbeat sent after their question was acknowledged.
    std::vector<Asker> recoverAskers;
};

} // namespace clustd::election
