#pragma once

#include "election/timing.h"
#include "election/voter_set.h"

#include <optional>
#include <utility>
#include <vector>

namespace clustd::election {

/// M1: until when the machine that won may be active. All times are of its own clock, and are those
/// of sending: how long a message or its answer was under way plays no part (Gray and Cheriton
/// 1989).
class Lease
{
public:
    Lease(NodeId self, const Timing &timing);

    void noteSent(std::uint64_t seq, Term term, Instant at);
    /// When the heartbeat was sent that an acknowledgement names; nothing if there was none of that
    /// number and term, or too long ago to matter.
    [[nodiscard]] std::optional<Instant> sentAt(std::uint64_t seq, Term term) const;

    /// @p voter acknowledged or granted what was sent at @p sentAt.
    void count(const NodeId &voter, Instant sentAt);
    /// The last sending that @p voter acknowledged; Instant::min() if none.
    [[nodiscard]] Instant countedAt(const NodeId &voter) const;

    /// q over one set: the latest time such that a majority has acknowledged what was sent then or
    /// later. This machine counts with @p now if it votes.
    [[nodiscard]] Instant majorityAt(const VoterSet &set, Instant now) const;

    /// Reckons q again; S3: over both sets while @p oldSet is given. True if it rose. It never
    /// falls: what a majority has promised is not taken back by a later set (see SetChange for why
    /// that is safe).
    bool renew(const VoterSet &set, const VoterSet *oldSet, Instant now);

    [[nodiscard]] Instant q() const { return m_q; }
    /// q + L: the end of the lease.
    [[nodiscard]] Instant until() const { return m_q + m_lease; }
    /// q + L - D: without renewal the service is stopped by force from here on (M3).
    [[nodiscard]] Instant fenceAt() const { return m_q + m_lease - m_fence; }

private:
    struct Sent
    {
        std::uint64_t seq = 0;
        Term term;
        Instant at;
    };

    NodeId m_self;
    Duration m_lease;
    Duration m_fence;
    /// By seq modulo its size. It spans a lease, what is older is useless.
    std::vector<Sent> m_sent;
    std::vector<std::pair<NodeId, Instant>> m_counted;
    Instant m_q = Instant::min();
};

} // namespace clustd::election
