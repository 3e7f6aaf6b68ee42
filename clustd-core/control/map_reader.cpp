#include "control/map_reader.h"

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

MapReader::MapReader(const QCborMap &map, QString where)
    : m_map(map)
    , m_where(std::move(where))
{
}

void MapReader::fail(const QString &key, const QString &what)
{
    if (!m_fault)
        m_fault = m_where + key + u": "_s + what;
}

void MapReader::absorb(const MapReader &inner)
{
    if (!m_fault)
        m_fault = inner.m_fault;
}

QString MapReader::text(const QString &key, qsizetype lengthMax)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return {};
    if (!value.isString()) {
        fail(key, u"not a text"_s);
        return {};
    }
    QString text = value.toString();
    if (text.size() > lengthMax) {
        fail(key, u"longer than %1"_s.arg(lengthMax));
        return {};
    }
    return text;
}

std::optional<QString> MapReader::textOrNull(const QString &key)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined() || value.isNull())
        return std::nullopt;
    return text(key);
}

bool MapReader::boolean(const QString &key, bool absent)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return absent;
    if (!value.isBool()) {
        fail(key, u"not true or false"_s);
        return absent;
    }
    return value.toBool();
}

qint64 MapReader::integer(const QString &key, qint64 absent, qint64 min, qint64 max)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return absent;
    if (!value.isInteger() || value.toInteger() < min || value.toInteger() > max) {
        fail(key, u"not a whole number in its range"_s);
        return absent;
    }
    return value.toInteger();
}

std::optional<qint64> MapReader::integerOrNull(const QString &key, qint64 min)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined() || value.isNull())
        return std::nullopt;
    return integer(key, min, min);
}

quint64 MapReader::unsignedInteger(const QString &key)
{
    return static_cast<quint64>(integer(key, 0, 0));
}

QStringList MapReader::texts(const QString &key)
{
    QStringList list;
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return list;
    if (!value.isArray()) {
        fail(key, u"not a list of texts"_s);
        return list;
    }
    const QCborArray array = value.toArray();
    for (const QCborValue element : array) {
        if (!element.isString() || element.toString().size() > kTextMax) {
            fail(key, u"not a list of texts"_s);
            return {};
        }
        list.append(element.toString());
    }
    return list;
}

QCborMap MapReader::map(const QString &key)
{
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return {};
    if (!value.isMap())
        fail(key, u"not a map"_s);
    return value.toMap();
}

QList<QCborMap> MapReader::maps(const QString &key)
{
    QList<QCborMap> list;
    const QCborValue value = m_map.value(key);
    if (value.isUndefined())
        return list;
    if (!value.isArray()) {
        fail(key, u"not a list of maps"_s);
        return list;
    }
    const QCborArray array = value.toArray();
    list.reserve(array.size());
    for (const QCborValue element : array) {
        if (!element.isMap()) {
            fail(key, u"not a list of maps"_s);
            return {};
        }
        list.append(element.toMap());
    }
    return list;
}

void MapReader::allowOnly(const QStringList &known)
{
    const QList<QCborValue> keys = m_map.keys();
    for (const QCborValue &key : keys) {
        if (!known.contains(key.toString()))
            fail(key.toString().left(64), u"not a parameter here"_s);
    }
}

} // namespace clustd::control
