// The structs as they stand on the wire: no floats, so times are whole microseconds.

#include "control/control_api.h"
#include "control/map_reader.h"

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

namespace {

template <typename Row> QCborArray arrayOf(const std::vector<Row> &rows)
{
    QCborArray array;
    for (const Row &row : rows)
        array.append(toCbor(row));
    return array;
}

QCborValue orNull(const std::optional<QString> &text)
{
    return text ? QCborValue(*text) : QCborValue(nullptr);
}

QCborMap toCbor(const SetRow &set)
{
    QCborMap voters;
    for (const auto &[id, role] : set.voters)
        voters.insert(id, role);
    return {{u"term"_s, qint64(set.term)}, {u"n"_s, qint64(set.n)}, {u"voters"_s, voters}};
}

SetRow readSet(const QCborMap &map, MapReader &outer, const QString &where)
{
    MapReader reader(map, where);
    SetRow set;
    set.term = reader.unsignedInteger(u"term"_s);
    set.n = reader.unsignedInteger(u"n"_s);
    const QCborMap voters = reader.map(u"voters"_s);
    for (auto it = voters.begin(); it != voters.end(); ++it)
        set.voters[it.key().toString()] = it.value().toString();
    outer.absorb(reader);
    return set;
}

AlarmRow readAlarm(MapReader &reader)
{
    return {reader.text(u"code"_s), reader.text(u"node"_s), reader.text(u"text"_s)};
}

DriverRow readDriver(MapReader &reader)
{
    return {reader.text(u"name"_s), reader.text(u"type"_s), reader.text(u"state"_s),
        reader.boolean(u"healthy"_s, true), reader.text(u"detail"_s)};
}

template <typename Read>
auto readRows(MapReader &outer, const QString &key, const QString &where, Read read)
{
    std::vector<decltype(read(outer))> rows;
    const QList<QCborMap> maps = outer.maps(key);
    rows.reserve(static_cast<std::size_t>(maps.size()));
    for (const QCborMap &map : maps) {
        MapReader reader(map, u"%1%2[%3]."_s.arg(where, key).arg(rows.size()));
        rows.push_back(read(reader));
        outer.absorb(reader);
    }
    return rows;
}

NodeRow readNode(MapReader &reader)
{
    NodeRow node;
    node.id = reader.text(u"id"_s);
    node.uri = reader.text(u"uri"_s);
    node.role = reader.text(u"role"_s);
    node.state = reader.text(u"state"_s);
    node.priority = reader.integer(u"priority"_s);
    node.link = reader.text(u"link"_s);
    node.detail = reader.text(u"detail"_s);
    node.rttUs = reader.integer(u"rtt_us"_s);
    node.term = reader.unsignedInteger(u"term"_s);
    node.maintenance = reader.boolean(u"maintenance"_s);
    node.healthy = reader.boolean(u"healthy"_s);
    node.version = reader.text(u"version"_s);
    node.uptimeS = reader.integer(u"uptime_s"_s);
    node.drivers = readRows(reader, u"drivers"_s, u"nodes."_s, readDriver);
    return node;
}

tl::unexpected<Error> malformed(const QString &fault)
{
    return fail(ErrorCode::Malformed, {}, fault, u"the other program may be of another release"_s);
}

} // namespace

QCborMap toCbor(const DriverRow &row)
{
    return {{u"name"_s, row.name}, {u"type"_s, row.type}, {u"state"_s, row.state},
        {u"healthy"_s, row.healthy}, {u"detail"_s, row.detail}};
}

QCborMap toCbor(const AlarmRow &row)
{
    return {{u"code"_s, row.code}, {u"node"_s, row.node}, {u"text"_s, row.text}};
}

QCborMap toCbor(const LinkRow &row)
{
    return {{u"from"_s, row.from}, {u"to"_s, row.to}, {u"state"_s, row.state},
        {u"rtt_us"_s, qint64(row.rttUs)}, {u"loss_ppm"_s, qint64(row.lossPpm)}};
}

QCborMap toCbor(const NodeRow &row)
{
    return {{u"id"_s, row.id}, {u"uri"_s, row.uri}, {u"role"_s, row.role}, {u"state"_s, row.state},
        {u"priority"_s, qint64(row.priority)}, {u"link"_s, row.link}, {u"detail"_s, row.detail},
        {u"rtt_us"_s, qint64(row.rttUs)}, {u"term"_s, qint64(row.term)},
        {u"maintenance"_s, row.maintenance}, {u"healthy"_s, row.healthy},
        {u"version"_s, row.version}, {u"uptime_s"_s, qint64(row.uptimeS)},
        {u"drivers"_s, arrayOf(row.drivers)}};
}

QCborMap toCbor(const ClusterStatus &status)
{
    const Quorum &quorum = status.quorum;
    QCborArray waitingFor;
    for (const QString &id : status.waitingFor)
        waitingFor.append(id);
    return {{u"cluster"_s, status.cluster}, {u"self"_s, status.self},
        {u"master"_s, orNull(status.master)}, {u"active"_s, status.active},
        {u"term"_s, qint64(status.term)}, {u"token"_s, qint64(status.token)},
        {u"since"_s, status.since}, {u"why"_s, status.why}, {u"can_lose"_s, status.canLose},
        {u"quorum"_s,
            QCborMap{{u"voters"_s, quorum.voters}, {u"needed"_s, quorum.needed},
                {u"reachable"_s, quorum.reachable}}},
        {u"election"_s, status.election}, {u"paused"_s, status.paused},
        {u"alarms"_s, arrayOf(status.alarms)},
        {u"lease_ms_left"_s,
            status.leaseMsLeft ? QCborValue(qint64(*status.leaseMsLeft)) : QCborValue(nullptr)},
        {u"lease_ms"_s, qint64(status.leaseMs)}, {u"fence_ms"_s, qint64(status.fenceMs)},
        {u"failover_within_ms"_s, qint64(status.failoverWithinMs)},
        {u"last_resort"_s, status.lastResort}, {u"watchdog"_s, status.watchdog},
        {u"set"_s, toCbor(status.set)},
        {u"new_set"_s, status.newSet ? QCborValue(toCbor(*status.newSet)) : QCborValue(nullptr)},
        {u"waiting_for"_s, waitingFor}, {u"nodes"_s, arrayOf(status.nodes)}};
}

QCborMap toCbor(const EventEntry &entry)
{
    return {{u"seq"_s, qint64(entry.seq)}, {u"time"_s, entry.time},
        {u"boot_us"_s, qint64(entry.bootUs)}, {u"node"_s, entry.node},
        {u"term"_s, qint64(entry.term)}, {u"event"_s, entry.event}, {u"detail"_s, entry.detail}};
}

Result<ClusterStatus> statusFromCbor(const QCborMap &map)
{
    MapReader reader(map);
    ClusterStatus status;
    status.cluster = reader.text(u"cluster"_s);
    status.self = reader.text(u"self"_s);
    status.master = reader.textOrNull(u"master"_s);
    status.active = reader.boolean(u"active"_s);
    status.term = reader.unsignedInteger(u"term"_s);
    status.token = reader.unsignedInteger(u"token"_s);
    status.since = reader.text(u"since"_s);
    status.why = reader.text(u"why"_s);
    const auto count = [](MapReader &from, const QString &key) {
        return static_cast<int>(from.integer(key, 0, 0, 1'000'000));
    };
    status.canLose = count(reader, u"can_lose"_s);
    const QCborMap quorumMap = reader.map(u"quorum"_s);
    MapReader quorum(quorumMap, u"quorum."_s);
    status.quorum
        = {count(quorum, u"voters"_s), count(quorum, u"needed"_s), count(quorum, u"reachable"_s)};
    reader.absorb(quorum);
    status.election = reader.text(u"election"_s);
    status.paused = reader.boolean(u"paused"_s);
    status.alarms = readRows(reader, u"alarms"_s, {}, readAlarm);
    status.leaseMsLeft = reader.integerOrNull(u"lease_ms_left"_s, 0);
    status.leaseMs = reader.integer(u"lease_ms"_s, 0, 0);
    status.fenceMs = reader.integer(u"fence_ms"_s, 0, 0);
    status.failoverWithinMs = reader.integer(u"failover_within_ms"_s, 0, 0);
    status.lastResort = map.contains(u"last_resort"_s) ? reader.text(u"last_resort"_s) : QString();
    status.watchdog = map.contains(u"watchdog"_s) ? reader.text(u"watchdog"_s) : QString();
    status.set = readSet(reader.map(u"set"_s), reader, u"set."_s);
    if (map.value(u"new_set"_s).isMap())
        status.newSet = readSet(reader.map(u"new_set"_s), reader, u"new_set."_s);
    status.waitingFor = reader.texts(u"waiting_for"_s);
    status.nodes = readRows(reader, u"nodes"_s, {}, readNode);
    if (reader.fault())
        return malformed(*reader.fault());
    return status;
}

Result<LinkRow> linkFromCbor(const QCborMap &map)
{
    MapReader reader(map);
    LinkRow row{reader.text(u"from"_s), reader.text(u"to"_s), reader.text(u"state"_s),
        reader.integer(u"rtt_us"_s), reader.integer(u"loss_ppm"_s)};
    if (reader.fault())
        return malformed(*reader.fault());
    return row;
}

Result<EventEntry> eventFromCbor(const QCborMap &map)
{
    MapReader reader(map);
    EventEntry entry;
    entry.seq = reader.unsignedInteger(u"seq"_s);
    entry.time = reader.text(u"time"_s, 64);
    entry.bootUs = reader.integer(u"boot_us"_s, 0, 0);
    entry.node = reader.text(u"node"_s, 64);
    entry.term = reader.unsignedInteger(u"term"_s);
    entry.event = reader.text(u"event"_s, 64);
    entry.detail = reader.map(u"detail"_s);
    if (!reader.fault() && (entry.event.isEmpty() || entry.node.isEmpty() || entry.time.isEmpty()))
        reader.fail(u"event"_s, u"an entry without a name, a machine or a time"_s);
    if (reader.fault())
        return malformed(*reader.fault());
    return entry;
}

} // namespace clustd::control
