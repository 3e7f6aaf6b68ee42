#include "model/cluster_series.h"

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Weight of a new deviation in the running mean (RFC 3550, section 6.4.1).
constexpr float kJitterGain = 1.0F / 16.0F;

} // namespace

void ClusterSeries::addLinks(
    qint64 timeMs, const std::vector<control::LinkRow> &links, const QString &master)
{
    const bool isLarge = links.size() > kLinksMax;
    for (const control::LinkRow &link : links) {
        if (link.state != u"up" || link.rttUs <= 0)
            continue;
        if (isLarge && link.from != master && link.to != master)
            continue;
        const LinkKey key{link.from, link.to};
        const float rtt = static_cast<float>(link.rttUs) / 1000.0F;
        Series &rtts = m_rtt[key];
        Series &jitters = m_jitter[key];
        if (!rtts.isEmpty()) {
            const float deviation = std::abs(rtt - rtts.last().value);
            const float before = jitters.isEmpty() ? deviation : jitters.last().value;
            jitters.add(timeMs, before + (deviation - before) * kJitterGain);
        }
        rtts.add(timeMs, rtt);
    }
}

void ClusterSeries::addLease(qint64 timeMs, qint64 leftMs)
{
    m_lease.add(timeMs, static_cast<float>(leftMs));
}

void ClusterSeries::clear()
{
    m_rtt.clear();
    m_jitter.clear();
    m_lease.clear();
}

std::vector<Gap> gapsOf(const EventStore &store)
{
    std::vector<Gap> gaps;
    QString serving; ///< Who was active last; empty: nobody yet
    bool isLost = false; ///< Since lostMs nobody is
    qint64 lostMs = 0;
    qint64 unheardMs = 0; ///< Since when somebody hears it no more; 0: all do
    const auto lose = [&](const QString &node, qint64 timeMs) {
        if (isLost || serving.isEmpty() || node != serving)
            return;
        isLost = true;
        lostMs = unheardMs != 0 ? std::min(unheardMs, timeMs) : timeMs;
    };
    for (const Event &event : store.events()) {
        const QString node = store.nodeOf(event);
        switch (event.kind) {
        case EventKind::Active:
            if (isLost || (!serving.isEmpty() && serving != node))
                gaps.push_back({event.timeMs, serving, node,
                    isLost ? std::max<qint64>(0, event.timeMs - lostMs) : 0});
            serving = node;
            isLost = false;
            unheardMs = 0;
            break;
        case EventKind::Demoting:
        case EventKind::Fencing:
        case EventKind::Inactive:
        case EventKind::Stopping:
        case EventKind::Started:
            lose(node, event.timeMs);
            break;
        case EventKind::MasterLost:
            // A master that dies says nothing itself; the first of the others that misses it does.
            lose(event.detail().value(u"node"_s).toString(), event.timeMs);
            break;
        case EventKind::LinkDown:
            if (unheardMs == 0 && event.detail().value(u"peer"_s).toString() == serving)
                unheardMs = event.timeMs;
            break;
        case EventKind::LinkUp:
            if (event.detail().value(u"peer"_s).toString() == serving)
                unheardMs = 0;
            break;
        case EventKind::LinkRefused:
        case EventKind::TermChanged:
        case EventKind::MasterElected:
        case EventKind::Promoting:
        case EventKind::Released:
        case EventKind::QuorumLost:
        case EventKind::QuorumRegained:
        case EventKind::DriverStarted:
        case EventKind::DriverStopped:
        case EventKind::DriverFailed:
        case EventKind::ServiceSick:
        case EventKind::ServiceWell:
        case EventKind::MaintenanceOn:
        case EventKind::MaintenanceOff:
        case EventKind::SwitchoverAsked:
        case EventKind::Paused:
        case EventKind::Resumed:
        case EventKind::ConfigReloaded:
        case EventKind::ConfigRefused:
        case EventKind::Alarm:
        case EventKind::AlarmCleared:
        case EventKind::Other:
            break;
        }
    }
    return gaps;
}

} // namespace clustd::monitor
