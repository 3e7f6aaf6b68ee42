// The state that ClusterFold has gathered, in the words of the control interface.

#include "model/replay.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <map>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::AlarmRow;
using control::ClusterStatus;
using control::DriverRow;
using control::LinkRow;
using control::NodeRow;

namespace {

QString stateWordOf(LaneState state, bool isStarting)
{
    switch (state) {
    case LaneState::Unknown:
    case LaneState::Down:
        return u"unreachable"_s;
    case LaneState::Follower:
        return isStarting ? u"starting"_s : u"follower"_s;
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

ClusterStatus ClusterFold::status(const EventStore &store) const
{
    ClusterStatus status;
    status.term = m_term;
    status.election = u"quorum"_s;
    status.paused = m_isPaused;
    status.why = m_why;
    if (m_sinceMs != 0)
        status.since
            = QDateTime::fromMSecsSinceEpoch(m_sinceMs, Qt::UTC).toString(Qt::ISODateWithMs);
    if (m_master != kNone) {
        status.master = m_names[m_master];
        status.active = stateOf(m_machines[m_master]) == LaneState::Active;
        status.token = m_masterTerm;
    }

    std::map<QString, bool> names; // Whether it tells events
    for (const QString &name : store.nodes())
        names.emplace(name, true);
    for (const QString &name : m_names)
        names.emplace(name, false);
    bool isAnyInQuorum = false;
    for (const auto &[name, isTeller] : names) {
        NodeRow row;
        row.id = name;
        row.role = u"voter"_s;
        const auto it = m_indices.constFind(name);
        const Machine machine = it == m_indices.constEnd() ? Machine() : m_machines[*it];
        const LaneState state = stateOf(machine);
        const bool isHere = isPresent(state);
        row.state = stateWordOf(state, machine.isStarting);
        row.link = isHere ? u"up"_s : u"down"_s;
        row.term = machine.term;
        row.maintenance = machine.isMaintained;
        if (isHere) {
            row.version = machine.version;
            row.drivers.assign(machine.drivers.begin(), machine.drivers.end());
            row.healthy = std::all_of(row.drivers.begin(), row.drivers.end(),
                [](const DriverRow &driver) { return driver.healthy; });
            isAnyInQuorum = isAnyInQuorum || machine.hasQuorum;
        } else {
            row.detail = state == LaneState::Unknown ? u"not heard of yet"_s : machine.trouble;
        }
        if (isTeller) {
            ++status.quorum.voters;
            status.quorum.reachable += isHere ? 1 : 0;
        }
        status.nodes.push_back(std::move(row));
    }
    status.quorum.needed = status.quorum.voters / 2 + 1;
    // All may run and still not hear each other.
    if (!isAnyInQuorum)
        status.quorum.reachable = std::min(status.quorum.reachable, status.quorum.needed - 1);
    status.canLose = std::max(0, status.quorum.reachable - status.quorum.needed);

    for (const RaisedAlarm &alarm : m_alarms) {
        const bool isKnown = std::any_of(
            status.alarms.begin(), status.alarms.end(), [&alarm](const AlarmRow &row) {
                return row.code == alarm.row.code && row.node == alarm.row.node;
            });
        if (!isKnown && isUp(alarm.teller))
            status.alarms.push_back(alarm.row);
    }
    return status;
}

std::vector<LinkRow> ClusterFold::links(const EventStore &store) const
{
    Q_UNUSED(store);
    std::vector<LinkRow> rows;
    for (std::size_t from = 0; from < m_machines.size(); ++from) {
        if (!isUp(static_cast<Index>(from)))
            continue; // What it heard before says nothing of now.
        for (std::size_t to = 0; to < m_machines.size(); ++to) {
            const LinkBits::Word word = m_links.at(from, to);
            if (from == to || word == LinkBits::Word::Unknown)
                continue;
            rows.push_back(
                {m_names[static_cast<qsizetype>(from)], m_names[static_cast<qsizetype>(to)],
                    word == LinkBits::Word::Up ? u"up"_s : u"down"_s, 0, 0});
        }
    }
    return rows;
}

} // namespace clustd::monitor
