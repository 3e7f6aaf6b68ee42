#include "model/replay.h"

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::DriverRow;

namespace {

QString detailOf(const Event &event, const QString &key)
{
    return printable(event.detail().value(key).toString());
}

} // namespace

// ---- Machines

ClusterFold::Index ClusterFold::indexOf(const EventStore &store, const QString &name)
{
    if (name.isEmpty())
        return kNone;
    const auto it = m_indices.constFind(name);
    if (it != m_indices.constEnd())
        return *it;
    if (m_machines.size() >= kMachinesMax)
        return kNone;
    const auto index = static_cast<Index>(m_machines.size());
    m_machines.emplace_back();
    m_names.append(name);
    m_indices.insert(name, index);
    m_links.resize(m_machines.size());
    if (const qsizetype node = store.nodes().indexOf(name); node >= 0 && node < kNone)
        m_machines.back().storeNode = static_cast<Index>(node);
    return index;
}

ClusterFold::Index ClusterFold::tellerOf(const EventStore &store, quint16 node)
{
    if (node >= m_ofStore.size())
        m_ofStore.resize(node + std::size_t(1), kNone);
    Index &index = m_ofStore[node];
    if (index == kNone) {
        index = indexOf(store, store.nodes().value(node));
        if (index != kNone)
            m_machines[index].storeNode = node;
    }
    return index;
}

LaneState ClusterFold::stateOf(const Machine &machine)
{
    if (machine.isLost)
        return LaneState::Down;
    if (!machine.isRunning)
        return machine.isStopping ? LaneState::Down : LaneState::Unknown;
    if (machine.phase != LaneState::Follower)
        return machine.phase;
    return machine.isMaintained ? LaneState::Maintenance : LaneState::Follower;
}

LaneState ClusterFold::stateOf(quint16 node) const
{
    const Index index = node < m_ofStore.size() ? m_ofStore[node] : kNone;
    return index == kNone ? LaneState::Unknown : stateOf(m_machines[index]);
}

bool ClusterFold::isOnlyNamed(const QString &machine) const
{
    const auto it = m_indices.constFind(machine);
    return it != m_indices.constEnd() && m_machines[*it].storeNode == kNone;
}

bool ClusterFold::isUp(Index index) const
{
    return isPresent(stateOf(m_machines[index]));
}

void ClusterFold::tell(Index index)
{
    Machine &machine = m_machines[index];
    const LaneState state = stateOf(machine);
    if (state == machine.told || machine.storeNode == kNone)
        return;
    machine.told = state;
    m_changes.push_back({machine.storeNode, state, machine.term});
}

// ---- One event

void ClusterFold::apply(const EventStore &store, const Event &event)
{
    m_changes.clear();
    m_term = std::max(m_term, event.term);
    const Index teller = tellerOf(store, event.node);
    if (teller == kNone)
        return;
    // A reference into m_machines lasts only until a machine is named for the first time.
    {
        Machine &machine = m_machines[teller];
        machine.term = std::max(machine.term, event.term);
        machine.isRunning = machine.isRunning || !machine.isStopping;
    }

    switch (event.kind) {
    case EventKind::Started:
        begin(teller, event);
        break;
    case EventKind::Stopping:
        m_machines[teller].isStopping = true;
        m_machines[teller].trouble = event.text();
        break;
    case EventKind::LinkUp:
    case EventKind::LinkDown:
        noteLink(store, teller, event);
        break;
    case EventKind::MasterElected:
        noteElected(store, teller, event);
        break;
    case EventKind::MasterLost:
        noteMasterLost(store, teller, event);
        break;
    case EventKind::Promoting:
        setPhase(teller, LaneState::Promoting, event);
        break;
    case EventKind::Active:
        setPhase(teller, LaneState::Active, event);
        // Whoever had the role and is not heard has stopped by now: that is what the lease is for.
        for (Machine &machine : m_machines) {
            if (machine.isLost)
                machine.phase = LaneState::Follower;
        }
        break;
    case EventKind::Demoting:
        setPhase(teller, LaneState::Demoting, event);
        break;
    case EventKind::Fencing:
        setPhase(teller, LaneState::Fencing, event);
        break;
    case EventKind::Inactive:
        m_machines[teller].phase = LaneState::Follower;
        if (m_master == teller)
            clearMaster(event.text(), event.timeMs);
        break;
    case EventKind::QuorumLost:
        m_machines[teller].hasQuorum = false;
        break;
    case EventKind::QuorumRegained:
        m_machines[teller].hasQuorum = true;
        break;
    case EventKind::DriverStarted:
    case EventKind::DriverStopped:
    case EventKind::DriverFailed:
    case EventKind::ServiceSick:
    case EventKind::ServiceWell:
        noteDriver(m_machines[teller], event);
        break;
    case EventKind::MaintenanceOn:
        m_machines[teller].isMaintained = true;
        break;
    case EventKind::MaintenanceOff:
        m_machines[teller].isMaintained = false;
        break;
    case EventKind::Paused:
        m_isPaused = true;
        break;
    case EventKind::Resumed:
        m_isPaused = false;
        break;
    case EventKind::Alarm:
    case EventKind::AlarmCleared:
        noteAlarm(teller, event);
        break;
    case EventKind::TermChanged:
        m_machines[teller].isStarting = false;
        break;
    case EventKind::LinkRefused:
    case EventKind::Released:
    case EventKind::SwitchoverAsked:
    case EventKind::ConfigReloaded:
    case EventKind::ConfigRefused:
    case EventKind::Other:
        break;
    }

    // A master that is told to end first stops what it runs.
    Machine &machine = m_machines[teller];
    const bool isLeft
        = machine.isRunning && machine.isStopping && machine.phase == LaneState::Follower;
    if (isLeft) {
        machine.isRunning = false;
        lookForLost(event.timeMs);
    } else if (event.kind == EventKind::Inactive) {
        checkLost(teller, event.timeMs);
    }
    tell(teller);
}

/// A new life: what the former one had is gone.
void ClusterFold::begin(Index index, const Event &event)
{
    Machine &machine = m_machines[index];
    machine.isRunning = true;
    machine.isStarting = true;
    machine.isStopping = false;
    machine.isLost = false;
    machine.hasQuorum = true;
    machine.phase = LaneState::Follower;
    machine.follows = kNone;
    machine.trouble.clear();
    machine.version = detailOf(event, u"version"_s);
    for (DriverRow &driver : machine.drivers) {
        driver.state = u"stopped"_s;
        driver.healthy = true;
        driver.detail.clear();
    }
    m_links.forget(index);
    m_alarms.removeIf(
        [index](QMap<QString, RaisedAlarm>::iterator it) { return it.value().teller == index; });
    if (m_master == index)
        clearMaster(
            u"%1 was started again: its former life has ended"_s.arg(m_names[index]), event.timeMs);
}

void ClusterFold::setPhase(Index index, LaneState phase, const Event &event)
{
    Machine &machine = m_machines[index];
    machine.phase = phase;
    machine.isStarting = false;
    // It says so itself, whoever hears it.
    machine.isLost = false;
    const bool isRising = phase == LaneState::Promoting || phase == LaneState::Active;
    if (isRising && m_master != index && event.term >= m_masterTerm)
        setMaster(index, event);
}

void ClusterFold::noteLink(const EventStore &store, Index from, const Event &event)
{
    const Index to = indexOf(store, event.detail().value(u"peer"_s).toString());
    if (to == kNone || to == from)
        return;
    m_machines[from].isStarting = false;
    Machine &peer = m_machines[to];
    if (event.kind == EventKind::LinkUp) {
        m_links.set(from, to, LinkBits::Word::Up);
        peer.isLost = false;
        peer.isRunning = true;
        peer.isStopping = false;
        peer.trouble.clear();
    } else {
        m_links.set(from, to, LinkBits::Word::Down);
        peer.trouble = detailOf(event, u"reason"_s);
        // Cut off, but still there to say so.
        if (m_machines[from].phase != LaneState::Follower)
            m_machines[from].isLost = false;
        checkLost(to, event.timeMs);
    }
    tell(to);
}

void ClusterFold::noteElected(const EventStore &store, Index teller, const Event &event)
{
    const QString named = event.detail().value(u"node"_s).toString();
    const Index elected = named.isEmpty() ? teller : indexOf(store, named);
    m_machines[teller].follows = elected;
    m_machines[teller].isStarting = false;
    if (elected == kNone || event.term < m_masterTerm)
        return;
    const bool isNews = event.term > m_masterTerm || m_master != elected;
    // Word of a machine that has gone meanwhile.
    if (isNews && event.term == m_masterTerm && m_machines[elected].isLost)
        return;
    if (isNews)
        setMaster(elected, event);
    else if (teller == elected)
        m_why = event.text(); // The winner knows best why.
}

/// One machine that misses the master may be cut off itself; the master has gone when nobody
/// follows it.
void ClusterFold::noteMasterLost(const EventStore &store, Index teller, const Event &event)
{
    const QString named = event.detail().value(u"node"_s).toString();
    const Index lost = named.isEmpty() ? m_machines[teller].follows : indexOf(store, named);
    m_machines[teller].follows = kNone;
    if (lost == kNone || lost != m_master)
        return;
    for (std::size_t i = 0; i < m_machines.size(); ++i) {
        const auto index = static_cast<Index>(i);
        if (index != lost && m_machines[i].follows == lost && isUp(index))
            return;
    }
    clearMaster(event.text(), event.timeMs);
}

void ClusterFold::noteDriver(Machine &machine, const Event &event) const
{
    const QString name = detailOf(event, u"driver"_s);
    if (name.isEmpty())
        return;
    auto driver = std::find_if(machine.drivers.begin(), machine.drivers.end(),
        [&name](const DriverRow &row) { return row.name == name; });
    if (driver == machine.drivers.end()) {
        machine.drivers.append({name, {}, u"stopped"_s, true, {}});
        driver = machine.drivers.end() - 1;
    }
    if (const QString type = detailOf(event, u"type"_s); !type.isEmpty())
        driver->type = type;
    const bool isBad
        = event.kind == EventKind::DriverFailed || event.kind == EventKind::ServiceSick;
    driver->healthy = !isBad;
    driver->detail = isBad ? detailOf(event, u"why"_s) : QString();
    if (event.kind == EventKind::DriverStarted)
        driver->state = u"started"_s;
    else if (event.kind == EventKind::DriverStopped)
        driver->state = u"stopped"_s;
    else if (event.kind == EventKind::DriverFailed)
        driver->state = u"failed"_s;
}

void ClusterFold::noteAlarm(Index teller, const Event &event)
{
    const QString code = detailOf(event, u"code"_s);
    // It only says that somebody gave his word; nothing ends it.
    if (code == u"adopted")
        return;
    const QString node = detailOf(event, u"node"_s);
    const QString key = u"%1\n%2\n%3"_s.arg(code, node).arg(teller);
    if (event.kind == EventKind::AlarmCleared)
        m_alarms.remove(key);
    else
        m_alarms.insert(key, {teller, {code, node, detailOf(event, u"text"_s)}});
}

void ClusterFold::setMaster(Index index, const Event &event)
{
    m_master = index;
    m_masterTerm = event.term;
    m_sinceMs = event.timeMs;
    m_why = event.text();
}

void ClusterFold::clearMaster(const QString &why, qint64 timeMs)
{
    m_master = kNone;
    m_sinceMs = timeMs;
    m_why = why;
}

/// Whether no running machine hears it and somebody has lost it. A machine with a mandate that
/// told itself of the cut outlived it, and will tell what it does next.
bool ClusterFold::isUnheard(Index index) const
{
    const Machine &machine = m_machines[index];
    bool isMissed = false;
    for (std::size_t from = 0; from < m_machines.size(); ++from) {
        const LinkBits::Word word = m_links.at(from, index);
        if (word == LinkBits::Word::Up && isUp(static_cast<Index>(from)))
            return false;
        const bool isCutToldByBoth = machine.phase != LaneState::Follower
            && m_links.at(index, from) == LinkBits::Word::Down;
        isMissed = isMissed || (word == LinkBits::Word::Down && !isCutToldByBoth);
    }
    return isMissed;
}

void ClusterFold::checkLost(Index index, qint64 timeMs)
{
    Machine &machine = m_machines[index];
    if (machine.isLost || !isUnheard(index))
        return;
    machine.isLost = true;
    if (m_master == index)
        clearMaster(
            u"no machine hears %1 any more: %2"_s.arg(m_names[index], machine.trouble), timeMs);
    tell(index);
    lookForLost(timeMs);
}

/// That one machine has gone may have taken the last ear from another.
void ClusterFold::lookForLost(qint64 timeMs)
{
    for (std::size_t i = 0; i < m_machines.size(); ++i) {
        if (m_machines[i].isRunning)
            checkLost(static_cast<Index>(i), timeMs);
    }
}

} // namespace clustd::monitor
