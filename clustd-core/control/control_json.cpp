// The structs as `--json` prints them: milliseconds, keys of docs/OPERATIONS.md.

#include "control/control_api.h"

#include <QJsonArray>

#include <cmath>

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

namespace {

double milliseconds(std::int64_t microseconds)
{
    return static_cast<double>(microseconds) / 1000.0;
}

template <typename Row> QJsonArray arrayOf(const std::vector<Row> &rows)
{
    QJsonArray array;
    for (const Row &row : rows)
        array.append(toJson(row));
    return array;
}

QJsonObject toJson(const SetRow &set)
{
    QJsonObject voters;
    for (const auto &[id, role] : set.voters)
        voters.insert(id, role);
    return {{u"term"_s, qint64(set.term)}, {u"n"_s, qint64(set.n)}, {u"voters"_s, voters}};
}

} // namespace

QJsonObject toJson(const DriverRow &row)
{
    return {{u"name"_s, row.name}, {u"type"_s, row.type}, {u"state"_s, row.state},
        {u"healthy"_s, row.healthy}, {u"detail"_s, row.detail}};
}

QJsonObject toJson(const AlarmRow &row)
{
    return {{u"code"_s, row.code}, {u"node"_s, row.node}, {u"text"_s, row.text}};
}

QJsonObject toJson(const NodeRow &row)
{
    return {{u"id"_s, row.id}, {u"uri"_s, row.uri}, {u"role"_s, row.role}, {u"state"_s, row.state},
        {u"priority"_s, qint64(row.priority)}, {u"link"_s, row.link}, {u"detail"_s, row.detail},
        {u"rtt_ms"_s, milliseconds(row.rttUs)}, {u"term"_s, qint64(row.term)},
        {u"maintenance"_s, row.maintenance}, {u"healthy"_s, row.healthy},
        {u"version"_s, row.version}, {u"uptime_s"_s, qint64(row.uptimeS)},
        {u"drivers"_s, arrayOf(row.drivers)}};
}

QJsonObject toJson(const ClusterStatus &status)
{
    const Quorum &quorum = status.quorum;
    return {{u"schema"_s, kSchema}, {u"cluster"_s, status.cluster}, {u"self"_s, status.self},
        {u"master"_s, status.master ? QJsonValue(*status.master) : QJsonValue()},
        {u"active"_s, status.active}, {u"term"_s, qint64(status.term)},
        {u"token"_s, qint64(status.token)}, {u"since"_s, status.since}, {u"why"_s, status.why},
        {u"can_lose"_s, status.canLose},
        {u"quorum"_s,
            QJsonObject{{u"voters"_s, quorum.voters}, {u"needed"_s, quorum.needed},
                {u"reachable"_s, quorum.reachable}}},
        {u"election"_s, status.election}, {u"paused"_s, status.paused},
        {u"alarms"_s, arrayOf(status.alarms)},
        {u"lease_ms_left"_s,
            status.leaseMsLeft ? QJsonValue(qint64(*status.leaseMsLeft)) : QJsonValue()},
        {u"lease_ms"_s, qint64(status.leaseMs)}, {u"fence_ms"_s, qint64(status.fenceMs)},
        {u"failover_within_ms"_s, qint64(status.failoverWithinMs)},
        {u"last_resort"_s, status.lastResort},
        {u"watchdog"_s, status.watchdog.isEmpty() ? QJsonValue() : QJsonValue(status.watchdog)},
        {u"set"_s, toJson(status.set)},
        {u"new_set"_s, status.newSet ? QJsonValue(toJson(*status.newSet)) : QJsonValue()},
        {u"waiting_for"_s, QJsonArray::fromStringList(status.waitingFor)},
        {u"nodes"_s, arrayOf(status.nodes)}};
}

QJsonObject toJson(const LinkRow &row)
{
    return {{u"from"_s, row.from}, {u"to"_s, row.to}, {u"state"_s, row.state},
        {u"rtt_ms"_s, milliseconds(row.rttUs)},
        {u"loss"_s, static_cast<double>(row.lossPpm) / 1'000'000.0}};
}

QJsonObject toJson(const EventEntry &entry)
{
    return {{u"seq"_s, qint64(entry.seq)}, {u"time"_s, entry.time},
        {u"boot_ms"_s, milliseconds(entry.bootUs)}, {u"node"_s, entry.node},
        {u"term"_s, qint64(entry.term)}, {u"event"_s, entry.event},
        {u"detail"_s, entry.detail.toJsonObject()}};
}

Result<EventEntry> eventFromJson(const QJsonObject &object)
{
    EventEntry entry;
    entry.seq = static_cast<std::uint64_t>(std::max<qint64>(0, object[u"seq"].toInteger()));
    entry.time = object[u"time"].toString();
    entry.bootUs = std::llround(object[u"boot_ms"].toDouble() * 1000.0);
    entry.node = object[u"node"].toString();
    entry.term = static_cast<std::uint64_t>(std::max<qint64>(0, object[u"term"].toInteger()));
    entry.event = object[u"event"].toString();
    entry.detail = QCborMap::fromJsonObject(object[u"detail"].toObject());
    if (entry.seq == 0 || entry.time.isEmpty() || entry.node.isEmpty() || entry.event.isEmpty())
        return fail(
            ErrorCode::Malformed, {}, u"an event without a number, a time, a machine or a name"_s);
    return entry;
}

} // namespace clustd::control
