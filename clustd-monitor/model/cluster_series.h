#pragma once

#include "control/control_api.h"
#include "model/event_store.h"
#include "model/series.h"

#include <map>
#include <utility>

namespace clustd::monitor {

/// One direction of one link, for use as a key.
struct LinkKey
{
    QString from;
    QString to;

    friend auto operator<=>(const LinkKey &a, const LinkKey &b)
    {
        const int order = a.from.compare(b.from);
        return order != 0 ? order <=> 0 : a.to.compare(b.to) <=> 0;
    }
    friend bool operator==(const LinkKey &, const LinkKey &) = default;
};

/// What one cluster measured lately, for charts.
/// Thread: the GUI's.
class ClusterSeries
{
public:
    /// A few figures of each link every time; beyond so many links only those of the master.
    static constexpr std::size_t kLinksMax = 200;

    void addLinks(qint64 timeMs, const std::vector<control::LinkRow> &links, const QString &master);
    /// @param leftMs what was left of the master's lease
    void addLease(qint64 timeMs, qint64 leftMs);
    void clear();

    /// Round trip in milliseconds.
    [[nodiscard]] const std::map<LinkKey, Series> &rtt() const { return m_rtt; }
    /// Mean deviation of successive round trips in milliseconds (RFC 3550, section 6.4.1).
    [[nodiscard]] const std::map<LinkKey, Series> &jitter() const { return m_jitter; }
    /// What was left of the lease, in milliseconds.
    [[nodiscard]] const Series &lease() const { return m_lease; }

private:
    std::map<LinkKey, Series> m_rtt;
    std::map<LinkKey, Series> m_jitter;
    Series m_lease;
};

/// A change of master: how long no machine was active.
struct Gap
{
    qint64 timeMs = 0; ///< When the successor became active
    QString from; ///< May be empty: the first master that is known
    QString to;
    qint64 gapMs = 0; ///< From the last sign that the old one served to the new one being active
};
/// All that the events tell, the oldest first. Between machines it compares wall clocks, so it is
/// as good as those.
[[nodiscard]] std::vector<Gap> gapsOf(const EventStore &store);

} // namespace clustd::monitor
