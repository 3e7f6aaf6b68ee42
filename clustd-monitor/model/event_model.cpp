#include "model/event_model.h"

#include <QCborArray>
#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <string_view>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Beyond so many rows to be exchanged a view is better told to begin anew.
constexpr std::size_t kExchangedMax = 2000;

QString localTime(qint64 timeMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeMs);
    const bool isToday = time.date() == QDate::currentDate();
    return time.toString(isToday ? u"HH:mm:ss.zzz"_s : u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

/// Appends @p text without regard to case, in UTF-8.
void appendFolded(QByteArray &letters, const QString &text)
{
    const qsizetype before = letters.size();
    letters.resize(before + text.size());
    char *to = letters.data() + before;
    for (const QChar letter : text) {
        const char16_t code = letter.unicode();
        if (code >= 0x80) {
            // Seldom, and worth ten times the trouble only then.
            letters.truncate(before);
            letters += text.toCaseFolded().toUtf8();
            return;
        }
        *to++ = static_cast<char>(code >= u'A' && code <= u'Z' ? code | 0x20 : code);
    }
}

QByteArray folded(const QString &text)
{
    QByteArray letters;
    appendFolded(letters, text);
    return letters;
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

EventModel::EventModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void EventModel::setStore(const EventStore *store)
{
    if (store == m_store)
        return;
    if (m_store)
        m_store->disconnect(this);
    beginResetModel();
    m_store = store;
    m_seen.clear();
    m_letters.clear();
    m_ends.clear();
    m_rows.clear();
    if (m_store) {
        m_seen.take(*m_store, 0);
        readWords();
        m_rows = matches(0);
        connect(m_store, &EventStore::appended, this, &EventModel::append);
        connect(m_store, &EventStore::rebuilt, this, &EventModel::renew);
        connect(m_store, &QObject::destroyed, this, &EventModel::drop);
    }
    endResetModel();
}

/// The store is going away, and is no store any more.
void EventModel::drop()
{
    beginResetModel();
    m_store.clear();
    m_rows.clear();
    m_seen.clear();
    m_letters.clear();
    m_ends.clear();
    endResetModel();
}

void EventModel::setFilter(const EventFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    readWords();
    if (!m_store)
        return;
    std::vector<quint32> rows = matches(0);
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void EventModel::readWords()
{
    m_words.clear();
    for (const QString &word : m_filter.text.simplified().split(u' ', Qt::SkipEmptyParts))
        m_words.push_back(folded(word));
    std::sort(m_words.begin(), m_words.end(),
        [](const QByteArray &a, const QByteArray &b) { return a.size() > b.size(); });
    if (m_store && !m_words.empty())
        growLetters();
}

void EventModel::growLetters()
{
    const std::vector<Event> &events = m_store->events();
    m_letters.reserve(static_cast<qsizetype>(events.size()) * 80);
    m_ends.reserve(events.size());
    QHash<quint16, QByteArray> machines;
    for (std::size_t i = m_ends.size(); i < events.size(); ++i) {
        const Event &event = events[i];
        QByteArray &machine = machines[event.node];
        if (machine.isNull())
            machine = folded(m_store->nodeOf(event)) + ' ';
        m_letters += machine;
        appendFolded(m_letters, event.name);
        m_letters += ' ';
        appendFolded(m_letters, event.text());
        m_letters += '\n';
        m_ends.push_back(static_cast<quint32>(m_letters.size()));
    }
}

/// Of the events from @p first on, those that the filter lets through.
std::vector<quint32> EventModel::matches(std::size_t first) const
{
    const std::vector<Event> &events = m_store->events();
    std::vector<bool> isMachineShown(static_cast<std::size_t>(m_store->nodes().size()), true);
    if (!m_filter.machines.isEmpty()) {
        for (std::size_t i = 0; i < isMachineShown.size(); ++i)
            isMachineShown[i]
                = m_filter.machines.contains(m_store->nodes()[static_cast<qsizetype>(i)]);
    }
    std::array<bool, static_cast<std::size_t>(EventKind::Other) + 1> isKindShown{};
    for (std::size_t i = 0; i < isKindShown.size(); ++i) {
        const auto kind = static_cast<EventKind>(i);
        isKindShown[i]
            = weightOf(kind) >= m_filter.weightMin && !m_filter.hidden.contains(groupOf(kind));
    }
    std::size_t end = events.size();
    if (m_filter.fromMs)
        first = std::max(first, m_store->after(*m_filter.fromMs - 1));
    if (m_filter.toMs)
        end = m_store->after(*m_filter.toMs);

    std::vector<quint32> found;
    if (first >= end)
        return found;
    const auto isLetThrough = [&](const Event &event) {
        return isKindShown[static_cast<std::size_t>(event.kind)]
            && (event.node >= isMachineShown.size() || isMachineShown[event.node]);
    };
    if (m_words.empty()) {
        found.reserve(end - first);
        for (std::size_t i = first; i < end; ++i) {
            if (isLetThrough(events[i]))
                found.push_back(static_cast<quint32>(i));
        }
        return found;
    }
    // From hit to hit of the longest word, over all events at once: that is as fast as memory.
    const std::string_view letters = view(m_letters);
    const auto beginOf = [this](std::size_t i) { return i == 0 ? 0 : m_ends[i - 1]; };
    std::size_t at = beginOf(first);
    std::size_t i = first;
    while (i < end) {
        at = letters.find(view(m_words.front()), at);
        if (at == std::string_view::npos)
            break;
        i = static_cast<std::size_t>(
            std::upper_bound(m_ends.begin() + static_cast<std::ptrdiff_t>(i), m_ends.end(), at)
            - m_ends.begin());
        if (i >= end)
            break;
        const std::string_view own = letters.substr(beginOf(i), m_ends[i] - beginOf(i));
        const bool hasAll
            = std::all_of(m_words.begin() + 1, m_words.end(), [&own](const QByteArray &word) {
                  return own.find(view(word)) != std::string_view::npos;
              });
        if (hasAll && isLetThrough(events[i]))
            found.push_back(static_cast<quint32>(i));
        at = m_ends[i];
        ++i;
    }
    return found;
}

void EventModel::append(std::size_t first)
{
    m_seen.take(*m_store, first);
    if (!m_words.empty())
        growLetters();
    const std::vector<quint32> found = matches(first);
    if (found.empty())
        return;
    beginInsertRows({}, 0, static_cast<int>(found.size()) - 1);
    m_rows.insert(m_rows.end(), found.begin(), found.end());
    endInsertRows();
}

/// Most often a few events came late and belong a little before the newest: only these rows are
/// exchanged, so that nobody loses his place.
void EventModel::renew()
{
    const std::size_t same = m_seen.commonWith(*m_store);
    m_seen.take(*m_store, same);
    m_ends.resize(std::min(m_ends.size(), same));
    m_letters.truncate(m_ends.empty() ? 0 : static_cast<qsizetype>(m_ends.back()));
    if (!m_words.empty())
        growLetters();
    const auto kept = std::lower_bound(m_rows.begin(), m_rows.end(), static_cast<quint32>(same));
    const auto goes = static_cast<std::size_t>(m_rows.end() - kept);
    const std::vector<quint32> comes = matches(same);
    if (same == 0 || goes + comes.size() > kExchangedMax) {
        beginResetModel();
        m_rows.erase(kept, m_rows.end());
        m_rows.insert(m_rows.end(), comes.begin(), comes.end());
        endResetModel();
        return;
    }
    if (goes > 0) {
        beginRemoveRows({}, 0, static_cast<int>(goes) - 1);
        m_rows.erase(kept, m_rows.end());
        endRemoveRows();
    }
    if (!comes.empty()) {
        beginInsertRows({}, 0, static_cast<int>(comes.size()) - 1);
        m_rows.insert(m_rows.end(), comes.begin(), comes.end());
        endInsertRows();
    }
}

std::size_t EventModel::eventIndex(int row) const
{
    return m_rows[m_rows.size() - 1 - static_cast<std::size_t>(row)];
}

const Event &EventModel::eventAt(int row) const
{
    return m_store->events()[eventIndex(row)];
}

int EventModel::rowOf(std::size_t index) const
{
    const auto after = std::upper_bound(m_rows.begin(), m_rows.end(), static_cast<quint32>(index));
    return after == m_rows.begin() ? -1 : static_cast<int>(m_rows.end() - after);
}

int EventModel::rowAt(qint64 timeMs) const
{
    if (!m_store)
        return -1;
    const std::size_t after = m_store->after(timeMs);
    return after == 0 ? -1 : rowOf(after - 1);
}

QString EventModel::textOf(const QList<int> &rows) const
{
    QStringList lines;
    for (const int row : rows) {
        if (row < 0 || row >= rowCount())
            continue;
        const Event &told = eventAt(row);
        const QString time
            = QDateTime::fromMSecsSinceEpoch(told.timeMs, Qt::UTC).toString(Qt::ISODateWithMs);
        lines << QStringList{time, m_store->nodeOf(told), QString::number(told.term), told.name,
            told.text()}
                     .join(u'\t');
    }
    return lines.join(u'\n');
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString EventModel::shown(const Event &event, int column) const
{
    switch (column) {
    case Time:
        return localTime(event.timeMs);
    case Machine:
        return m_store->nodeOf(event);
    case Term:
        return QString::number(event.term);
    case Name:
        return event.name;
    case What:
        return event.text();
    case Why:
        return m_store->numberOf(event) ? tr("why?") : QString();
    default:
        return {};
    }
}

QString EventModel::toolTip(const Event &event) const
{
    const QDateTime utc = QDateTime::fromMSecsSinceEpoch(event.timeMs, Qt::UTC);
    QString lines = u"<p style='white-space:pre'><b>%1</b>  %2"_s.arg(
        m_store->nodeOf(event).toHtmlEscaped(), event.name.toHtmlEscaped());
    lines += u"<br>%1  (%2)"_s.arg(
        utc.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s), utc.toString(Qt::ISODateWithMs));
    lines += u"<br>"_s + tr("term %1").arg(event.term) + u"</p><p>"_s;
    const QCborMap detail = event.detail();
    for (auto it = detail.begin(); it != detail.end(); ++it) {
        const QCborValue value = it.value();
        const QString text = value.isArray()
            ? QVariant(value.toArray().toVariantList()).toStringList().join(u"; "_s)
            : value.toVariant().toString();
        if (!text.isEmpty())
            lines += u"%1: %2<br>"_s.arg(printable(it.key().toString()).toHtmlEscaped(),
                printable(text).left(400).toHtmlEscaped());
    }
    return lines + u"</p>"_s;
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!m_store || !checkIndex(index, CheckIndexOption::IndexIsValid)
        || eventIndex(index.row()) >= m_store->size())
        return {};
    const Event &told = eventAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shown(told, index.column());
    case Qt::ToolTipRole:
        return index.column() == Why
            ? m_store->numberOf(told) ? tr("What led to this event (W)") : QString()
            : toolTip(told);
    case Qt::AccessibleTextRole:
        // The first cell says the whole row, so that a reader need not go through all of them.
        return index.column() == Time ? tr("%1, %2, term %3, %4: %5")
                                            .arg(localTime(told.timeMs), m_store->nodeOf(told))
                                            .arg(told.term)
                                            .arg(told.name, told.text())
                                      : shown(told, index.column());
    case Qt::TextAlignmentRole:
        return static_cast<int>(
            Qt::AlignVCenter | (index.column() == Term ? Qt::AlignRight : Qt::AlignLeft));
    case EventRole:
        return static_cast<qulonglong>(eventIndex(index.row()));
    case TimeRole:
        return told.timeMs;
    case NodeIdRole:
        return m_store->nodeOf(told);
    case KindRole:
        return static_cast<int>(told.kind);
    case WeightRole:
        return static_cast<int>(weightOf(told.kind));
    case NumberRole: {
        const std::optional<quint64> number = m_store->numberOf(told);
        return number ? QVariant(static_cast<qulonglong>(*number)) : QVariant();
    }
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(
            Qt::AlignVCenter | (section == Term ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::AccessibleTextRole && section == Why)
        return tr("Why");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Machine:
        return tr("Machine");
    case Term:
        return tr("Term");
    case Name:
        return tr("Event");
    case What:
        return tr("What");
    case Why:
        return QString();
    default:
        return {};
    }
}

} // namespace clustd::monitor
