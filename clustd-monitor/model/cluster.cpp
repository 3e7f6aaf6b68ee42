#include "model/cluster.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace clustd::monitor {

using control::ClusterStatus;
using control::EventEntry;
using control::LinkRow;

Cluster::Cluster(const QString &title, ClusterConnection::Setup setup, QObject *parent)
    : QObject(parent)
    , m_title(title)
    , m_connection(std::make_unique<ClusterConnection>(std::move(setup)))
    , m_replay(m_events)
{
    wire();
}

Cluster::Cluster(const QString &title, const std::vector<EventEntry> &journal, QObject *parent)
    : QObject(parent)
    , m_title(title)
    , m_replay(m_events)
{
    wire();
    m_events.add(journal);
    if (m_events.size() > 0)
        setCursor(m_events.events().back().timeMs);
}

Cluster::~Cluster() = default;

void Cluster::wire()
{
    // An event that is told late, by another machine's journal, is news all the same.
    connect(&m_events, &EventStore::added, this, [this](const std::vector<Event> &fresh) {
        const bool isOfMastership = std::any_of(fresh.begin(), fresh.end(),
            [](const Event &event) { return groupOf(event.kind) == EventGroup::Mastership; });
        if (isOfMastership) {
            const std::vector<Gap> gaps = gapsOf(m_events);
            m_lastGapMs = gaps.empty() ? std::nullopt : std::optional(gaps.back().gapMs);
        }
        for (const Event &event : fresh) {
            if (m_connection && event.timeMs >= m_openedMs)
                Q_EMIT happened(event);
        }
    });
    if (!m_connection)
        return;
    ClusterConnection *connection = m_connection.get();
    connect(connection, &ClusterConnection::stateChanged, this, [this] {
        if (m_connection->state() != ConnectionState::Live)
            m_lease.reset();
        Q_EMIT stateChanged();
        Q_EMIT leaseChanged();
    });
    connect(connection, &ClusterConnection::serverChanged, &m_events, &EventStore::forgetNumbers);
    connect(connection, &ClusterConnection::eventsArrived, &m_events, &EventStore::add);
    connect(
        connection, &ClusterConnection::statusArrived, this, [this](const ClusterStatus &status) {
            const bool isOtherMaster = !m_live || m_live->master != status.master;
            m_live = status;
            if (isOtherMaster && m_lease && status.master != m_lease->master) {
                m_lease.reset();
                Q_EMIT leaseChanged();
            }
            if (!m_cursor)
                show();
        });
    connect(connection, &ClusterConnection::linksArrived, this,
        [this](const std::vector<LinkRow> &links) {
            m_series.addLinks(QDateTime::currentMSecsSinceEpoch(), links,
                m_live ? m_live->master.value_or(QString()) : QString());
            m_liveLinks = links;
            if (!m_cursor && m_shownLinks != links) {
                m_shownLinks = links;
                Q_EMIT linksChanged();
            }
            Q_EMIT seriesGrown();
        });
    connect(connection, &ClusterConnection::leaseArrived, this,
        [this](const QString &master, qint64 leftMs, qint64 leaseMs) {
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            m_lease = Lease{master, leftMs, leaseMs, now};
            m_series.addLease(now, leftMs);
            Q_EMIT leaseChanged();
        });
}

void Cluster::open()
{
    m_openedMs = QDateTime::currentMSecsSinceEpoch();
    if (m_connection)
        m_connection->open();
}

QString Cluster::title() const
{
    return m_live && !m_live->cluster.isEmpty() ? m_live->cluster : m_title;
}

ConnectionState Cluster::state() const
{
    return m_connection ? m_connection->state() : ConnectionState::Live;
}

bool Cluster::isStale() const
{
    return m_cursor || (m_connection && m_connection->state() != ConnectionState::Live);
}

void Cluster::setCursor(std::optional<qint64> timeMs)
{
    // A journal has no present.
    if (!timeMs && isJournal())
        timeMs = m_events.size() > 0 ? m_events.events().back().timeMs : 0;
    if (timeMs == m_cursor && m_shown)
        return;
    m_cursor = timeMs;
    show();
    Q_EMIT cursorChanged();
}

void Cluster::show()
{
    std::optional<ClusterStatus> shown = m_live;
    std::vector<LinkRow> links = m_liveLinks;
    if (m_cursor) {
        shown = m_replay.statusAt(*m_cursor);
        links = m_replay.linksAt(*m_cursor);
        if (m_live) {
            // Who is a voter and where it lives is not in the events; it rarely changes.
            shown->cluster = m_live->cluster;
            shown->election = m_live->election;
            control::Quorum &quorum = shown->quorum;
            quorum = {};
            for (control::NodeRow &node : shown->nodes) {
                if (const control::NodeRow *now = m_live->find(node.id)) {
                    node.uri = now->uri;
                    node.role = now->role;
                    node.priority = now->priority;
                }
                if (node.role == u"standby")
                    continue;
                quorum.voters += 1;
                quorum.reachable += node.state == u"unreachable" ? 0 : 1;
            }
            quorum.needed = quorum.voters / 2 + 1;
            shown->canLose = std::max(0, quorum.reachable - quorum.needed);
        }
    }
    const bool isOther = shown != m_shown;
    const bool areOtherLinks = links != m_shownLinks;
    m_shown = std::move(shown);
    m_shownLinks = std::move(links);
    if (isOther)
        Q_EMIT statusChanged();
    if (areOtherLinks)
        Q_EMIT linksChanged();
}

void Cluster::select(const QString &machine)
{
    if (machine == m_selected)
        return;
    m_selected = machine;
    Q_EMIT selectionChanged();
}

} // namespace clustd::monitor
