#include "cluster/gossip.h"

#include <QCborArray>
#include <QCryptographicHash>

#include <algorithm>
#include <limits>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What is left of a span that ends at a wall-clock time; null for one without an end.
QCborValue leftMs(const QDateTime &until, const QDateTime &now)
{
    return until.isValid() ? QCborValue(std::max<qint64>(0, now.msecsTo(until)))
                           : QCborValue(nullptr);
}

std::uint64_t toUnsigned(const QCborValue &value)
{
    return std::uint64_t(std::max<qint64>(0, value.toInteger()));
}

} // namespace

QCborMap toCbor(const Detail &detail, const QDateTime &now)
{
    QCborArray drivers;
    for (const control::DriverRow &row : detail.drivers)
        drivers.append(control::toCbor(row));
    QCborArray links;
    for (const control::LinkRow &row : detail.links) {
        links.append(QCborMap{{u"id"_s, row.to}, {u"state"_s, row.state},
            {u"rtt_us"_s, qint64(row.rttUs)}, {u"loss_ppm"_s, qint64(row.lossPpm)}});
    }
    QCborArray alarms;
    for (const control::AlarmRow &row : detail.alarms)
        alarms.append(control::toCbor(row));
    return QCborMap{{u"uri"_s, detail.uri}, {u"role"_s, detail.role},
        {u"healthy"_s, detail.isHealthy}, {u"maintenance"_s, detail.isInMaintenance},
        {u"version"_s, detail.version}, {u"uptime_s"_s, qint64(detail.uptimeSeconds)},
        {u"drivers"_s, drivers}, {u"links"_s, links}, {u"alarms"_s, alarms},
        {u"old_key"_s, detail.usesOldKey}, {u"access_hash"_s, detail.accessHash},
        {u"pause"_s,
            QCborMap{{u"on"_s, detail.pause.on}, {u"left_ms"_s, leftMs(detail.pause.until, now)},
                {u"term"_s, qint64(detail.pause.term.value())}, {u"n"_s, qint64(detail.pause.n)}}}};
}

Detail detailFromCbor(const QCborMap &map, const QString &sender, const QDateTime &now)
{
    Detail detail;
    detail.uri = map[u"uri"_s].toString();
    detail.role = map[u"role"_s].toString();
    detail.isHealthy = map[u"healthy"_s].toBool(true);
    detail.isInMaintenance = map[u"maintenance"_s].toBool();
    detail.version = map[u"version"_s].toString();
    detail.uptimeSeconds = map[u"uptime_s"_s].toInteger();
    for (const QCborValue row : map[u"drivers"_s].toArray()) {
        detail.drivers.push_back({row[u"name"_s].toString(), row[u"type"_s].toString(),
            row[u"state"_s].toString(), row[u"healthy"_s].toBool(), row[u"detail"_s].toString()});
    }
    for (const QCborValue row : map[u"links"_s].toArray()) {
        control::LinkRow link;
        link.from = sender;
        link.to = row[u"id"_s].toString();
        link.state = row[u"state"_s].toString();
        link.rttUs = row[u"rtt_us"_s].toInteger();
        link.lossPpm = row[u"loss_ppm"_s].toInteger();
        detail.links.push_back(link);
    }
    for (const QCborValue row : map[u"alarms"_s].toArray()) {
        control::AlarmRow alarm;
        alarm.code = row[u"code"_s].toString();
        alarm.node = row[u"node"_s].toString();
        alarm.text = row[u"text"_s].toString();
        detail.alarms.push_back(alarm);
    }
    detail.usesOldKey = map[u"old_key"_s].toBool();
    detail.accessHash = map[u"access_hash"_s].toByteArray();
    const QCborMap pause = map[u"pause"_s].toMap();
    detail.pause.on = pause[u"on"_s].toBool();
    if (pause[u"left_ms"_s].isInteger()) {
        // Bounded, since adding a huge span to a time overflows.
        const qint64 left
            = std::clamp<qint64>(pause[u"left_ms"_s].toInteger(), 0, 400LL * 24 * 3600 * 1000);
        detail.pause.until = now.addMSecs(left);
    }
    detail.pause.term = Term{toUnsigned(pause[u"term"_s])};
    detail.pause.n = toUnsigned(pause[u"n"_s]);
    return detail;
}

QByteArray accessHash(std::vector<std::string> revoked)
{
    std::sort(revoked.begin(), revoked.end());
    QByteArray text;
    for (const std::string &entry : revoked)
        text += QByteArray::fromStdString(entry) + '\n';
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).first(8);
}

} // namespace clustd::cluster
