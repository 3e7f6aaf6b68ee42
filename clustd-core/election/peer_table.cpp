#include "election/peer_table.h"

#include <algorithm>

namespace clustd::election {
namespace {

template <typename Peers> auto position(Peers &peers, const NodeId &id)
{
    return std::lower_bound(peers.begin(), peers.end(), id,
        [](const Peer &peer, const NodeId &wanted) { return peer.id < wanted; });
}

bool comesBefore(const Peer &peer, const NodeId &id, std::int64_t priority)
{
    return peer.priority != priority ? peer.priority > priority : peer.id < id;
}

} // namespace

Peer *PeerTable::add(const NodeId &id)
{
    const auto at = position(m_peers, id);
    if (at != m_peers.end() && at->id == id)
        return &*at;
    if (m_peers.size() >= kPeersMax)
        return nullptr;
    Peer peer;
    peer.id = id;
    return &*m_peers.insert(at, std::move(peer));
}

Peer *PeerTable::find(const NodeId &id)
{
    const auto at = position(m_peers, id);
    return at != m_peers.end() && at->id == id ? &*at : nullptr;
}

const Peer *PeerTable::find(const NodeId &id) const
{
    const auto at = position(m_peers, id);
    return at != m_peers.end() && at->id == id ? &*at : nullptr;
}

std::size_t PeerTable::rankOf(
    const NodeId &id, std::int64_t priority, Duration span, Instant now) const
{
    return std::size_t(std::count_if(m_peers.begin(), m_peers.end(), [&](const Peer &peer) {
        return peer.isEligible && peer.isHeardWithin(span, now) && comesBefore(peer, id, priority);
    }));
}

const Peer *PeerTable::firstEligible(Duration span, Instant now) const
{
    const Peer *first = nullptr;
    for (const Peer &peer : m_peers) {
        if (peer.isEligible && peer.isHeardWithin(span, now)
            && (!first || comesBefore(peer, first->id, first->priority)))
            first = &peer;
    }
    return first;
}

Instant PeerTable::nextSilence(Duration span, Instant now) const
{
    Instant next = kNever;
    for (const Peer &peer : m_peers) {
        if (peer.isEligible && peer.isHeardWithin(span, now))
            next = std::min(next, peer.heardAt + span + Duration(1));
    }
    return next;
}

} // namespace clustd::election
