#pragma once

#include "election/messages.h"

#include <optional>
#include <vector>

namespace clustd::election {

/// What this machine knows of another one.
struct Peer
{
    NodeId id;
    Incarnation incarnation; ///< Of its last message; 0: never heard
    Instant heardAt = Instant::min(); ///< Any message of the election
    bool isEligible = false; ///< By its last NodeStatus
    std::int64_t priority = 100; ///< In effect
    WantedMembers wanted;
    Instant damagedAt = Instant::min(); ///< Its last message with an absurd term
    std::optional<Epoch> held; ///< S2: the set that its last acknowledgement said it holds

    /// Safe for a machine that was never heard, whose heardAt must not be subtracted from anything.
    [[nodiscard]] bool isHeardWithin(Duration span, Instant now) const
    {
        return incarnation != Incarnation{} && now <= heardAt + span;
    }
};

/// All other machines: those of the file, of the sets, and whoever spoke. In order of their ids.
class PeerTable
{
public:
    /// Adds @p id if it is new. Null when the table is full: whoever holds the secret may name
    /// itself as it likes, but not without end.
    Peer *add(const NodeId &id);
    [[nodiscard]] Peer *find(const NodeId &id);
    [[nodiscard]] const Peer *find(const NodeId &id) const;
    [[nodiscard]] const std::vector<Peer> &all() const { return m_peers; }

    /// C1: how many eligible machines heard within @p span come before {@p priority, @p id}: higher
    /// priority first, then lower id.
    [[nodiscard]] std::size_t rankOf(
        const NodeId &id, std::int64_t priority, Duration span, Instant now) const;
    /// C1: the first of them in that order; null if there is none.
    [[nodiscard]] const Peer *firstEligible(Duration span, Instant now) const;
    /// When rankOf() may next change by time alone.
    [[nodiscard]] Instant nextSilence(Duration span, Instant now) const;

private:
    static constexpr std::size_t kPeersMax = 128;

    std::vector<Peer> m_peers;
};

} // namespace clustd::election
