#include "cluster/settings.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

namespace {

QJsonValue toValue(const QDateTime &time)
{
    return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue();
}

QDateTime toTime(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

} // namespace

void SickRecord::noteSick(const QDateTime &now)
{
    const auto span = [this] {
        const auto doubled = kFirst * (std::int64_t{1} << std::clamp(m_count - 1, 0, 10));
        return std::min<std::chrono::seconds>(doubled, kLongest);
    };
    // Well for four times as long as it last had to wait: it starts over.
    if (m_until.isValid() && m_until.addSecs(3 * span().count()) < now)
        m_count = 0;
    m_count = std::min(m_count + 1, 11);
    m_until = now.addSecs(span().count());
}

bool SickRecord::isLate(const QDateTime &now) const
{
    // A clock that was set back must not make the record last longer than its span.
    return m_until.isValid() && now < m_until && now.secsTo(m_until) <= kLongest.count();
}

QByteArray Settings::toJson() const
{
    const QJsonObject object{{u"schema"_s, 1},
        {u"maintenance"_s,
            QJsonObject{{u"on"_s, maintenance.on}, {u"until"_s, toValue(maintenance.until)},
                {u"reason"_s, maintenance.reason}}},
        // As texts: a JSON number holds only 53 bits.
        {u"pause"_s,
            QJsonObject{{u"on"_s, pause.on}, {u"until"_s, toValue(pause.until)},
                {u"term"_s, QString::number(pause.term.value())},
                {u"n"_s, QString::number(pause.n)}}},
        {u"sick"_s, QJsonObject{{u"count"_s, sick.m_count}, {u"until"_s, toValue(sick.m_until)}}}};
    return QJsonDocument(object).toJson();
}

Result<Settings> Settings::fromJson(const QByteArray &json)
{
    Settings settings;
    if (json.isEmpty())
        return settings;
    QJsonParseError parse;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parse);
    if (!document.isObject() || document[u"schema"_s].toInt() != 1) {
        return fail(ErrorCode::Storage, u"settings.json"_s,
            parse.error == QJsonParseError::NoError ? u"it is not of schema 1"_s
                                                    : parse.errorString(),
            u"maintenance and pause are taken as off; set them again if they were on"_s);
    }
    const QJsonValue maintenance = document[u"maintenance"_s];
    settings.maintenance = {maintenance[u"on"_s].toBool(), toTime(maintenance[u"until"_s]),
        maintenance[u"reason"_s].toString()};
    const QJsonValue pause = document[u"pause"_s];
    settings.pause = {pause[u"on"_s].toBool(), toTime(pause[u"until"_s]),
        Term{pause[u"term"_s].toString().toULongLong()}, pause[u"n"_s].toString().toULongLong()};
    const QJsonValue sick = document[u"sick"_s];
    settings.sick.m_count = std::clamp(sick[u"count"_s].toInt(), 0, 11);
    settings.sick.m_until = toTime(sick[u"until"_s]);
    return settings;
}

} // namespace clustd::cluster
