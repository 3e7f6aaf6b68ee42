#include "model/replay.h"

#include <algorithm>

namespace clustd::monitor {

using control::ClusterStatus;
using control::LinkRow;

Replay::Replay(const EventStore &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    connect(&store, &EventStore::appended, this, &Replay::advance);
    connect(&store, &EventStore::rebuilt, this, &Replay::rebuild);
    rebuild();
}

/// From the last checkpoint before the first event that is another one than before.
void Replay::rebuild()
{
    if (isLaneMissed())
        m_seen.clear();
    const std::size_t same = m_seen.commonWith(m_store);
    const std::size_t kept
        = m_checkpoints.empty() ? 0 : std::min(same / kCheckpointEvents, m_checkpoints.size() - 1);
    if (kept == 0) {
        m_last = ClusterFold();
        m_lanes.clear();
    } else {
        m_last = m_checkpoints[kept].fold;
        const std::vector<quint32> &sizes = m_checkpoints[kept].laneSizes;
        m_lanes.resize(sizes.size());
        for (std::size_t i = 0; i < sizes.size(); ++i)
            m_lanes[i].resize(sizes[i]);
    }
    m_checkpoints.resize(kept);
    m_nodesSeen = m_store.nodes().size();
    m_seen.take(m_store, kept * kCheckpointEvents);
    advance(kept * kCheckpointEvents);
}

/// Whether a machine tells its first event that was named by others before: what was known of it
/// then belongs into a lane that did not exist.
bool Replay::isLaneMissed() const
{
    for (qsizetype i = m_nodesSeen; i < m_store.nodes().size(); ++i) {
        if (m_last.isOnlyNamed(m_store.nodes()[i]))
            return true;
    }
    return false;
}

void Replay::advance(std::size_t first)
{
    if (isLaneMissed()) {
        rebuild();
        return;
    }
    m_nodesSeen = m_store.nodes().size();
    if (first >= m_seen.size())
        m_seen.take(m_store, first);
    const std::vector<Event> &events = m_store.events();
    for (std::size_t i = first; i < events.size(); ++i) {
        if (i % kCheckpointEvents == 0) {
            Checkpoint made{m_last, {}};
            made.laneSizes.reserve(m_lanes.size());
            for (const std::vector<LaneSpan> &lane : m_lanes)
                made.laneSizes.push_back(static_cast<quint32>(lane.size()));
            m_checkpoints.push_back(std::move(made));
        }
        m_last.apply(m_store, events[i]);
        for (const ClusterFold::Change &change : m_last.changes()) {
            if (change.node >= m_lanes.size())
                m_lanes.resize(change.node + std::size_t(1));
            m_lanes[change.node].push_back({events[i].timeMs, change.state, change.term});
        }
    }
    m_lanes.resize(std::max(m_lanes.size(), static_cast<std::size_t>(m_store.nodes().size())));
    Q_EMIT lanesChanged();
}

ClusterFold Replay::foldAt(qint64 timeMs) const
{
    const std::size_t end = m_store.after(timeMs);
    if (end == m_store.size() || m_checkpoints.empty())
        return m_last;
    const std::size_t from = std::min(end / kCheckpointEvents, m_checkpoints.size() - 1);
    ClusterFold fold = m_checkpoints[from].fold;
    for (std::size_t i = from * kCheckpointEvents; i < end; ++i)
        fold.apply(m_store, m_store.events()[i]);
    return fold;
}

ClusterStatus Replay::statusAt(qint64 timeMs) const
{
    return foldAt(timeMs).status(m_store);
}

std::vector<LinkRow> Replay::linksAt(qint64 timeMs) const
{
    return foldAt(timeMs).links(m_store);
}

const std::vector<LaneSpan> &Replay::lane(std::size_t node) const
{
    static const std::vector<LaneSpan> kNothing;
    return node < m_lanes.size() ? m_lanes[node] : kNothing;
}

const LaneSpan *Replay::spanAt(const std::vector<LaneSpan> &lane, qint64 timeMs)
{
    const auto after = std::upper_bound(lane.begin(), lane.end(), timeMs,
        [](qint64 time, const LaneSpan &span) { return time < span.fromMs; });
    return after == lane.begin() ? nullptr : &*(after - 1);
}

} // namespace clustd::monitor
