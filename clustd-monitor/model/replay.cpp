#include "model/replay.h"

#include <QDateTime>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;

namespace {

/// Between two copies of the state: going to a moment applies half as many events on average.
constexpr std::size_t kCheckpointEvents = 2000;

QString detailOf(const Event &event, const QString &key)
{
    return event.detail.value(key).toString();
}

QString stateText(LaneState state)
{
    switch (state) {
    case LaneState::Unknown:
    case LaneState::Down:
        return u"unreachable"_s;
    case LaneState::Follower:
        return u"follower"_s;
    case LaneState::Promoting:
        return u"promoting"_s;
    case LaneState::Active:
        return u"active"_s;
    case LaneState::Demoting:
        return u"demoting"_s;
    case LaneState::Fencing:
        return u"fencing"_s;
    case LaneState::Maintenance:
        return u"maintenance"_s;
    }
    return {};
}

} // namespace

std::size_t ClusterFold::indexOf(const QString &name)
{
    const auto it = m_indices.constFind(name);
    if (it != m_indices.constEnd())
        return *it;
    const std::size_t index = m_machines.size();
    m_indices.insert(name, index);
    m_names.append(name);
    m_machines.emplace_back();
    for (Machine &machine : m_machines)
        machine.hears.resize(m_machines.size(), -1);
    return index;
}

void ClusterFold::setHears(std::size_t who, std::size_t whom, bool isUp)
{
    qint8 &hears = m_machines[who].hears[whom];
    Machine &heard = m_machines[whom];
    const bool wasHeard = heard.heardBy > 0;
    heard.heardBy += (isUp ? 1 : 0) - (hears == 1 ? 1 : 0);
    hears = isUp ? 1 : 0;
    m_touched.push_back(whom);
    // What a machine that nobody hears once said of others does not count any more.
    if (wasHeard != (heard.heardBy > 0)) {
        for (std::size_t i = 0; i < m_machines.size(); ++i)
            m_touched.push_back(i);
    }
}

bool ClusterFold::isLost(std::size_t machine) const
{
    bool isMissed = false;
    for (std::size_t i = 0; i < m_machines.size(); ++i) {
        const qint8 hears = m_machines[i].hears[machine];
        if (i == machine || hears < 0)
            continue;
        const bool counts = m_machines[i].heardBy > 0 || m_machines.size() <= 2;
        if (hears == 1 && counts)
            return false;
        isMissed = isMissed || hears == 0;
    }
    return isMissed;
}

LaneState ClusterFold::stateOf(std::size_t machine) const
{
    const Machine &of = m_machines[machine];
    if (!of.isKnown)
        return LaneState::Unknown;
    // A machine that was cut off still tells, later, that it stopped by force.
    if (of.state == LaneState::Fencing)
        return of.state;
    if (isLost(machine) || (of.isEnding && of.state == LaneState::Follower))
        return LaneState::Down;
    return of.state == LaneState::Follower && of.isMaintained ? LaneState::Maintenance : of.state;
}

void ClusterFold::loseMaster(qint64 timeMs, const QString &why)
{
    m_master.reset();
    m_isActive = false;
    m_sinceMs = timeMs;
    m_why = why;
}

const std::vector<std::size_t> &ClusterFold::apply(const EventStore &store, const Event &event)
{
    m_touched.clear();
    const std::size_t self = indexOf(store.nodeOf(event));
    const QString node = detailOf(event, u"node"_s);
    const QString peer = detailOf(event, u"peer"_s);
    const std::size_t about = node.isEmpty() ? self : indexOf(node);
    m_touched.push_back(self);
    m_machines[self].isKnown = true;
    m_machines[self].term = std::max(m_machines[self].term, event.term);
    m_term = std::max(m_term, event.term);
    const auto become = [&](LaneState state) { m_machines[self].state = state; };
    const auto driver = [&](const QString &state, bool isHealthy) {
        const QString name = detailOf(event, u"driver"_s);
        if (name.isEmpty())
            return;
        control::DriverRow &row = m_machines[self].drivers[name];
        row.name = name;
        if (const QString type = detailOf(event, u"type"_s); !type.isEmpty())
            row.type = type;
        if (!state.isEmpty())
            row.state = state;
        row.healthy = isHealthy;
        row.detail = isHealthy ? QString() : detailOf(event, u"why"_s);
    };
    switch (event.kind) {
    case EventKind::Started: {
        Machine &machine = m_machines[self];
        machine.isEnding = false;
        machine.isSick = false;
        machine.state = LaneState::Follower;
        machine.drivers.clear();
        machine.version = detailOf(event, u"version"_s);
        if (m_master == self)
            loseMaster(event.timeMs, event.text);
        break;
    }
    case EventKind::Stopping:
        m_machines[self].isEnding = true;
        break;
    case EventKind::LinkUp:
    case EventKind::LinkDown:
        if (!peer.isEmpty()) {
            const std::size_t whom = indexOf(peer);
            m_machines[whom].isKnown = true;
            setHears(self, whom, event.kind == EventKind::LinkUp);
        }
        break;
    case EventKind::MasterElected:
        if (m_master != about)
            m_isActive = m_machines[about].state == LaneState::Active;
        m_master = about;
        m_sinceMs = event.timeMs;
        if (about == self || m_why.isEmpty())
            m_why = event.text;
        break;
    case EventKind::Promoting:
        become(LaneState::Promoting);
        m_master = self;
        m_isActive = false;
        break;
    case EventKind::Active:
        become(LaneState::Active);
        m_master = self;
        m_isActive = true;
        m_sinceMs = event.timeMs;
        break;
    case EventKind::Demoting:
        become(LaneState::Demoting);
        if (m_master == self)
            m_isActive = false;
        break;
    case EventKind::Fencing:
        become(LaneState::Fencing);
        if (m_master == self)
            m_isActive = false;
        break;
    case EventKind::Inactive:
        become(LaneState::Follower);
        if (m_master == self)
            loseMaster(event.timeMs, event.text);
        break;
    case EventKind::MasterLost:
        if (m_master == about && (about == self || isLost(about) || !m_isActive))
            loseMaster(event.timeMs, event.text);
        break;
    case EventKind::DriverStarted:
        driver(u"started"_s, true);
        break;
    case EventKind::DriverStopped:
        driver(u"stopped"_s, true);
        break;
    case EventKind::DriverFailed:
        driver(u"failed"_s, false);
        break;
    case EventKind::ServiceSick:
        m_machines[self].isSick = true;
        driver({}, false);
        break;
    case EventKind::ServiceWell:
        m_machines[self].isSick = false;
        driver({}, true);
        break;
    case EventKind::MaintenanceOn:
        m_machines[self].isMaintained = true;
        break;
    case EventKind::MaintenanceOff:
        m_machines[self].isMaintained = false;
        break;
    case EventKind::Paused:
        m_isPaused = true;
        break;
    case EventKind::Resumed:
        m_isPaused = false;
        break;
    case EventKind::Alarm: {
        const QString code = detailOf(event, u"code"_s);
        m_alarms[{code, node}] = {code, node, detailOf(event, u"text"_s)};
        break;
    }
    case EventKind::AlarmCleared:
        m_alarms.erase({detailOf(event, u"code"_s), node});
        break;
    case EventKind::LinkRefused:
    case EventKind::TermChanged:
    case EventKind::Released:
    case EventKind::QuorumLost:
    case EventKind::QuorumRegained:
    case EventKind::SwitchoverAsked:
    case EventKind::ConfigReloaded:
    case EventKind::ConfigRefused:
    case EventKind::Other:
        break;
    }
    return m_touched;
}

ClusterStatus ClusterFold::status() const
{
    ClusterStatus status;
    std::vector<std::size_t> order(m_machines.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return m_names[qsizetype(a)] < m_names[qsizetype(b)];
    });
    for (const std::size_t index : order) {
        const Machine &machine = m_machines[index];
        const LaneState state = stateOf(index);
        if (state == LaneState::Unknown)
            continue;
        const bool isAway = state == LaneState::Down;
        control::NodeRow row;
        row.id = m_names[qsizetype(index)];
        row.role = u"voter"_s;
        row.state = stateText(state);
        row.link = isAway ? u"down"_s : u"up"_s;
        row.term = machine.term;
        row.maintenance = machine.isMaintained;
        row.healthy = !machine.isSick && !isAway;
        row.version = machine.version;
        for (const auto &[name, driver] : machine.drivers)
            row.drivers.push_back(driver);
        status.quorum.voters += 1;
        status.quorum.reachable += isAway ? 0 : 1;
        status.nodes.push_back(std::move(row));
    }
    if (m_master)
        status.master = m_names[qsizetype(*m_master)];
    status.active = m_isActive;
    status.term = m_term;
    if (m_sinceMs > 0)
        status.since
            = QDateTime::fromMSecsSinceEpoch(m_sinceMs, Qt::UTC).toString(Qt::ISODateWithMs);
    status.why = m_why;
    status.election = u"quorum"_s;
    status.quorum.needed = status.quorum.voters / 2 + 1;
    status.canLose = std::max(0, status.quorum.reachable - status.quorum.needed);
    status.paused = m_isPaused;
    for (const auto &[key, alarm] : m_alarms)
        status.alarms.push_back(alarm);
    return status;
}

std::vector<control::LinkRow> ClusterFold::links() const
{
    std::vector<control::LinkRow> rows;
    for (std::size_t from = 0; from < m_machines.size(); ++from) {
        // Who is down sees nothing any more.
        if (stateOf(from) == LaneState::Down)
            continue;
        for (std::size_t to = 0; to < m_machines.size(); ++to) {
            const qint8 hears = m_machines[from].hears[to];
            if (from != to && hears >= 0)
                rows.push_back({m_names[qsizetype(from)], m_names[qsizetype(to)],
                    hears == 1 ? u"up"_s : u"down"_s, 0, 0});
        }
    }
    return rows;
}

Replay::Replay(const EventStore &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    connect(&store, &EventStore::appended, this, &Replay::advance);
    connect(&store, &EventStore::rebuilt, this, &Replay::rebuild);
    rebuild();
}

void Replay::rebuild()
{
    m_last = ClusterFold();
    m_checkpoints.clear();
    m_lanes.clear();
    advance(0);
}

void Replay::advance(std::size_t first)
{
    const std::vector<Event> &events = m_store.events();
    for (std::size_t i = first; i < events.size(); ++i) {
        if (i % kCheckpointEvents == 0)
            m_checkpoints.push_back(m_last);
        for (const std::size_t machine : m_last.apply(m_store, events[i])) {
            std::vector<LaneSpan> &lane = m_lanes[m_last.names().at(qsizetype(machine))];
            const LaneState state = m_last.stateOf(machine);
            if (!lane.empty() && lane.back().state == state)
                continue;
            if (lane.empty() && state == LaneState::Unknown)
                continue;
            lane.push_back({events[i].timeMs, state});
        }
    }
    Q_EMIT lanesChanged();
}

ClusterFold Replay::foldAt(qint64 timeMs) const
{
    const std::size_t end = m_store.after(timeMs);
    if (end == m_store.size())
        return m_last;
    const std::size_t checkpoint = end / kCheckpointEvents;
    ClusterFold fold = m_checkpoints[checkpoint];
    for (std::size_t i = checkpoint * kCheckpointEvents; i < end; ++i)
        fold.apply(m_store, m_store.events()[i]);
    return fold;
}

ClusterStatus Replay::statusAt(qint64 timeMs) const
{
    return foldAt(timeMs).status();
}

std::vector<control::LinkRow> Replay::linksAt(qint64 timeMs) const
{
    return foldAt(timeMs).links();
}

QStringList Replay::laneNames() const
{
    QStringList names;
    for (const auto &[name, lane] : m_lanes)
        names << name;
    return names;
}

const std::vector<LaneSpan> &Replay::lane(const QString &name) const
{
    static const std::vector<LaneSpan> kNone;
    const auto it = m_lanes.find(name);
    return it == m_lanes.end() ? kNone : it->second;
}

} // namespace clustd::monitor
