#include "model/event_store.h"

#include "control/event_text.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

namespace clustd::monitor {

using control::EventEntry;

namespace {

bool isEarlier(const Event &a, const Event &b)
{
    return std::tie(a.timeMs, a.node, a.bootUs) < std::tie(b.timeMs, b.node, b.bootUs);
}

/// Milliseconds of "2026-01-01T12:00:00.123Z". Nearly all have exactly this shape, and QDateTime
/// takes ten times as long to read it.
std::optional<qint64> millisecondsOf(const QString &time)
{
    const auto digits = [&time](qsizetype from, qsizetype count) {
        int value = 0;
        for (qsizetype i = from; i < from + count; ++i) {
            const char16_t letter = time[i].unicode();
            if (letter < u'0' || letter > u'9')
                return -1;
            value = value * 10 + (letter - u'0');
        }
        return value;
    };
    if (time.size() == 24 && time[23] == u'Z' && time[19] == u'.' && time[10] == u'T') {
        const QDate date(digits(0, 4), digits(5, 2), digits(8, 2));
        const QTime clock(digits(11, 2), digits(14, 2), digits(17, 2), digits(20, 3));
        if (date.isValid() && clock.isValid())
            return (date.toJulianDay() - 2440588) * 86'400'000 + clock.msecsSinceStartOfDay();
    }
    const QDateTime other = QDateTime::fromString(time, Qt::ISODateWithMs);
    return other.isValid() ? std::optional(other.toMSecsSinceEpoch()) : std::nullopt;
}

} // namespace

EventStore::EventStore(QObject *parent)
    : QObject(parent)
{
}

quint16 EventStore::nodeIndex(const QString &node)
{
    const auto it = m_nodeIndices.constFind(node);
    if (it != m_nodeIndices.constEnd())
        return *it;
    // More machines than numbers for them: no cluster has so many; the rest share the last.
    if (m_nodes.size() >= std::numeric_limits<quint16>::max())
        return std::numeric_limits<quint16>::max() - 1;
    const auto index = static_cast<quint16>(m_nodes.size());
    m_nodes.append(node);
    m_nodeIndices.insert(node, index);
    return index;
}

quint64 EventStore::identityOf(const Event &event) const
{
    // The boot clock of one machine tells its events apart to the microsecond; the name, the term
    // and the number of details (the first byte of a CBOR map) those of one instant.
    const std::size_t hash = qHashMulti(0x5eedU, event.timeMs, event.bootUs, event.term,
        m_nodes.value(event.node), event.name, event.cbor.isEmpty() ? 0 : event.cbor.front());
    return hash;
}

void EventStore::add(const std::vector<EventEntry> &entries)
{
    std::vector<Event> fresh;
    fresh.reserve(entries.size());
    for (const EventEntry &entry : entries) {
        const std::optional<qint64> timeMs = millisecondsOf(entry.time);
        if (!timeMs)
            continue; // control_api refuses an empty time; a machine that writes nonsense has no
                      // place on an axis
        Event event;
        event.timeMs = *timeMs;
        event.bootUs = entry.bootUs;
        event.term = entry.term;
        event.node = nodeIndex(entry.node);
        event.kind = eventKindOf(entry.event);
        QString &name = m_names[entry.event];
        if (name.isNull())
            name = printable(entry.event);
        event.name = name;
        event.cbor = QCborValue(entry.detail).toCbor();
        const quint64 identity = identityOf(event);
        const bool isNew = m_numbers.find(identity) == m_numbers.end();
        m_numbers[identity] = entry.seq;
        if (!isNew)
            continue;
        event.utf8 = printable(control::eventText(entry)).toUtf8();
        event.utf8.squeeze();
        event.cbor.squeeze();
        fresh.push_back(std::move(event));
    }
    if (fresh.empty())
        return;
    std::stable_sort(fresh.begin(), fresh.end(), isEarlier);
    const std::size_t before = m_events.size();
    const bool isLater = m_events.empty() || !isEarlier(fresh.front(), m_events.back());
    m_events.insert(m_events.end(), fresh.begin(), fresh.end());
    if (!isLater)
        std::inplace_merge(m_events.begin(), m_events.begin() + static_cast<std::ptrdiff_t>(before),
            m_events.end(), isEarlier);
    if (m_events.size() > kEventsMax) {
        const auto end = m_events.begin()
            + static_cast<std::ptrdiff_t>(m_events.size() - kEventsMax + kEventsMax / 10);
        for (auto it = m_events.begin(); it != end; ++it)
            m_numbers.erase(identityOf(*it));
        m_events.erase(m_events.begin(), end);
        Q_EMIT rebuilt();
    } else if (isLater && before > 0) {
        Q_EMIT appended(before);
    } else {
        Q_EMIT rebuilt();
    }
    Q_EMIT added(fresh);
}

void EventStore::clear()
{
    m_events.clear();
    m_nodes.clear();
    m_nodeIndices.clear();
    m_numbers.clear();
    Q_EMIT rebuilt();
}

void EventStore::forgetNumbers()
{
    for (auto &[identity, number] : m_numbers)
        number = 0;
}

std::optional<quint64> EventStore::numberOf(const Event &event) const
{
    const auto it = m_numbers.find(identityOf(event));
    return it == m_numbers.end() || it->second == 0 ? std::nullopt : std::optional(it->second);
}

std::size_t EventStore::after(qint64 timeMs) const
{
    const auto it = std::upper_bound(m_events.begin(), m_events.end(), timeMs,
        [](qint64 time, const Event &event) { return time < event.timeMs; });
    return static_cast<std::size_t>(it - m_events.begin());
}

} // namespace clustd::monitor
