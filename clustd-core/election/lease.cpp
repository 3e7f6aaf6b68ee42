#include "election/lease.h"

#include "election/quorum.h"

namespace clustd::election {
namespace {

/// Heartbeats that are sent out of turn, upon a win or a renewal, come on top of one every H.
constexpr std::size_t kSentMin = 16;

} // namespace

Lease::Lease(NodeId self, const Timing &timing)
    : m_self(std::move(self))
    , m_lease(timing.lease)
    , m_fence(timing.fence)
    , m_sent(kSentMin + std::size_t(timing.lease / std::max(timing.heartbeat, Duration(1))))
{
}

void Lease::noteSent(std::uint64_t seq, Term term, Instant at)
{
    m_sent[seq % m_sent.size()] = {seq, term, at};
}

std::optional<Instant> Lease::sentAt(std::uint64_t seq, Term term) const
{
    const Sent &sent = m_sent[seq % m_sent.size()];
    if (seq == 0 || sent.seq != seq || sent.term != term)
        return std::nullopt;
    return sent.at;
}

void Lease::count(const NodeId &voter, Instant sentAt)
{
    for (auto &[id, at] : m_counted) {
        if (id == voter) {
            at = std::max(at, sentAt);
            return;
        }
    }
    m_counted.emplace_back(voter, sentAt);
}

Instant Lease::countedAt(const NodeId &voter) const
{
    for (const auto &[id, at] : m_counted) {
        if (id == voter)
            return at;
    }
    return Instant::min();
}

Instant Lease::majorityAt(const VoterSet &set, Instant now) const
{
    return latestOfMajority(
        set, [&](const NodeId &id) { return id == m_self ? now : countedAt(id); });
}

bool Lease::renew(const VoterSet &set, const VoterSet *oldSet, Instant now)
{
    Instant q = majorityAt(set, now);
    if (oldSet)
        q = std::min(q, majorityAt(*oldSet, now));
    if (q <= m_q)
        return false;
    m_q = q;
    return true;
}

} // namespace clustd::election
