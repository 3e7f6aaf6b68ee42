#include "cluster/journal.h"

#include "util/clock.h"
#include "util/log_categories.h"

#include <QCborArray>
#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

/// In UTF-16 units; at most 3 bytes each on the wire, which takes texts up to 4096 bytes.
constexpr qsizetype kTextMax = 1200;
constexpr qsizetype kElementsMax = 64;
constexpr int kDepthMax = 3;

Journal::Stamp systemStamp()
{
    return {QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
        bootTime() / std::chrono::microseconds(1)};
}

/// @p value as it may stand on the wire: no floats, no tags, bounded.
QCborValue plain(const QCborValue &value, int depth = 0)
{
    if (value.isInteger() || value.isBool() || value.isNull())
        return value;
    if (value.isDouble())
        return std::isfinite(value.toDouble()) ? QCborValue(qint64(std::llround(value.toDouble())))
                                               : QCborValue(nullptr);
    if (value.isByteArray())
        return QString::fromLatin1(value.toByteArray().left(kTextMax / 2).toHex());
    if (value.isString()) {
        const QString text = value.toString();
        return text.size() <= kTextMax ? text : text.left(kTextMax) + u'…';
    }
    if (depth < kDepthMax && value.isArray()) {
        QCborArray array;
        const QCborArray given = value.toArray();
        for (qsizetype i = 0; i < std::min(given.size(), kElementsMax); ++i)
            array.append(plain(given.at(i), depth + 1));
        return array;
    }
    if (depth < kDepthMax && value.isMap()) {
        QCborMap map;
        const QCborMap given = value.toMap();
        for (auto it = given.begin(); it != given.end() && map.size() < kElementsMax; ++it)
            map.insert(it.key().toString(), plain(it.value(), depth + 1));
        return map;
    }
    return QCborValue(nullptr);
}

Journal::Page finish(Journal::Page page, quint64 next)
{
    page.next = page.entries.empty() ? next : std::max<quint64>(next, page.entries.back().seq);
    return page;
}

} // namespace

Journal::Journal(QString node, const QString &file, QObject *parent)
    : Journal(std::move(node), file, Limits(), systemStamp, parent)
{
}

Journal::Journal(
    QString node, const QString &file, Limits limits, std::function<Stamp()> stamp, QObject *parent)
    : QObject(parent)
    , m_node(std::move(node))
    , m_limits(limits)
    , m_stamp(std::move(stamp))
{
    if (file.isEmpty())
        return;
    readBack(file, limits.linesReadBack);
    // Called on the writer's thread while this object lives; what arrives later than that finds no
    // receiver.
    m_file = std::make_unique<JournalFile>(file, limits.fileBytesMax, [this](const QString &why) {
        QMetaObject::invokeMethod(
            this, [this, why] { Q_EMIT fileFailed(why); }, Qt::QueuedConnection);
    });
}

Journal::~Journal() = default;

Journal::Key Journal::keyOf(const EventEntry &entry)
{
    return {entry.node, entry.bootUs, entry.time};
}

void Journal::readBack(const QString &file, qsizetype linesMax)
{
    const QList<QByteArray> lines = JournalFile::readTail(file, linesMax);
    qsizetype unreadable = 0;
    for (const QByteArray &line : lines) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        Result<EventEntry> entry = control::eventFromJson(object);
        if (entry)
            entry->detail = plain(entry->detail).toMap();
        // What nobody could read must not be sent: a line may have been changed by hand or by a
        // disk.
        if (!entry || entry->seq <= m_lastSeq || !control::eventFromCbor(control::toCbor(*entry))) {
            ++unreadable;
            continue;
        }
        // Numbers here are those of the last start; a gap (of lines that could not be written)
        // stays one.
        m_lastSeq = entry->seq;
        const auto originSeq
            = static_cast<quint64>(std::max<qint64>(0, object[u"origin_seq"].toInteger()));
        if (entry->node != m_node)
            m_heardUpTo[entry->node] = std::max(m_heardUpTo[entry->node], originSeq);
        m_keys.insert(keyOf(*entry));
        m_entries.push_back(std::move(*entry));
    }
    if (unreadable > 0)
        qCWarning(lcControl).noquote()
            << file << "has" << unreadable << "lines that are no events -> left out";
    trim();
}

void Journal::trim()
{
    while (m_entries.size() > m_limits.entriesMax) {
        m_keys.erase(keyOf(m_entries.front()));
        m_entries.pop_front();
    }
}

void Journal::keep(EventEntry entry, quint64 originSeq)
{
    entry.seq = ++m_lastSeq;
    if (m_file) {
        QJsonObject object = control::toJson(entry);
        if (originSeq != 0)
            object.insert(u"origin_seq"_s, qint64(originSeq));
        m_file->write(QJsonDocument(object).toJson(QJsonDocument::Compact));
    }
    m_keys.insert(keyOf(entry));
    m_entries.push_back(std::move(entry));
    trim();
}

void Journal::append(const QString &event, Term term, const QCborMap &detail)
{
    const Stamp stamp = m_stamp();
    // No two events of one machine have the same boot time, so that it tells them apart.
    m_lastBootUs = std::max(stamp.bootUs, m_lastBootUs + 1);
    EventEntry entry;
    entry.time = stamp.time;
    entry.bootUs = m_lastBootUs;
    entry.node = m_node;
    entry.term = term.value();
    entry.event = event;
    entry.detail = plain(detail).toMap();
    keep(std::move(entry), 0);
    Q_EMIT grown();
}

void Journal::merge(const QString &peer, const std::vector<EventEntry> &entries)
{
    if (peer == m_node)
        return;
    bool hasGrown = false;
    quint64 &heardUpTo = m_heardUpTo[peer];
    for (const EventEntry &entry : entries) {
        if (entry.node != peer)
            continue;
        heardUpTo = std::max<quint64>(heardUpTo, entry.seq);
        if (m_keys.contains(keyOf(entry)))
            continue;
        EventEntry own = entry;
        own.detail = plain(entry.detail).toMap();
        keep(std::move(own), entry.seq);
        hasGrown = true;
    }
    if (hasGrown)
        Q_EMIT grown();
}

quint64 Journal::heardUpTo(const QString &peer) const
{
    const auto it = m_heardUpTo.find(peer);
    return it == m_heardUpTo.end() ? 0 : it->second;
}

void Journal::forgetNumbersOf(const QString &peer)
{
    m_heardUpTo.erase(peer);
}

Journal::Page Journal::after(quint64 since, std::size_t limit, Whose whose) const
{
    Page page;
    // A number that was not yet given is one of a journal that is gone.
    page.lost = since > m_lastSeq
        || (m_entries.empty() ? since < m_lastSeq : since + 1 < m_entries.front().seq);
    auto it = std::upper_bound(m_entries.begin(), m_entries.end(), since,
        [](quint64 seq, const EventEntry &entry) { return seq < entry.seq; });
    for (; it != m_entries.end() && page.entries.size() < limit; ++it) {
        if (whose == Whose::All || it->node == m_node)
            page.entries.push_back(*it);
    }
    return finish(std::move(page), it == m_entries.end() ? m_lastSeq : since);
}

Journal::Page Journal::newest(std::size_t limit, Whose whose) const
{
    Page page;
    auto it = m_entries.rbegin();
    for (; it != m_entries.rend() && page.entries.size() < limit; ++it) {
        if (whose == Whose::All || it->node == m_node)
            page.entries.push_back(*it);
    }
    std::reverse(page.entries.begin(), page.entries.end());
    page.lost = it != m_entries.rend();
    return finish(std::move(page), m_lastSeq);
}

} // namespace clustd::cluster
