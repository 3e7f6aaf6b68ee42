#include "model/event_model.h"

#include <QDateTime>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

EventModel::EventModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void EventModel::setStore(const EventStore *store)
{
    if (m_store)
        m_store->disconnect(this);
    m_store = store;
    if (store) {
        connect(store, &EventStore::appended, this, &EventModel::append);
        connect(store, &EventStore::rebuilt, this, &EventModel::rebuild);
        connect(store, &QObject::destroyed, this, &EventModel::rebuild);
    }
    rebuild();
}

void EventModel::setFilter(const Filter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    rebuild();
}

bool EventModel::passes(const Event &event) const
{
    if (weightOf(event.kind) < m_filter.weightMin
        || m_filter.hiddenGroups.contains(int(groupOf(event.kind))))
        return false;
    return m_filter.text.isEmpty() || event.text.contains(m_filter.text, Qt::CaseInsensitive)
        || event.name.contains(m_filter.text, Qt::CaseInsensitive)
        || m_store->nodes().at(event.node).contains(m_filter.text, Qt::CaseInsensitive);
}

void EventModel::rebuild()
{
    beginResetModel();
    m_rows.clear();
    if (m_store) {
        const std::vector<Event> &events = m_store->events();
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (passes(events[i]))
                m_rows.push_back(static_cast<quint32>(i));
        }
    }
    endResetModel();
}

void EventModel::append(std::size_t first)
{
    std::vector<quint32> fresh;
    const std::vector<Event> &events = m_store->events();
    for (std::size_t i = first; i < events.size(); ++i) {
        if (passes(events[i]))
            fresh.push_back(static_cast<quint32>(i));
    }
    if (fresh.empty())
        return;
    beginInsertRows({}, 0, int(fresh.size()) - 1);
    m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
    endInsertRows();
}

const Event *EventModel::event(int row) const
{
    if (!m_store || row < 0 || row >= int(m_rows.size()))
        return nullptr;
    return &m_store->events()[m_rows[m_rows.size() - 1 - std::size_t(row)]];
}

int EventModel::rowAt(qint64 timeMs) const
{
    if (!m_store)
        return -1;
    const auto end = static_cast<quint32>(m_store->after(timeMs));
    const auto it = std::lower_bound(m_rows.begin(), m_rows.end(), end);
    return it == m_rows.begin() ? -1 : int(m_rows.end() - it);
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    const Event *of = index.isValid() ? event(index.row()) : nullptr;
    if (!of)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Time: {
            const QDateTime time = QDateTime::fromMSecsSinceEpoch(of->timeMs);
            return time.toString(time.date() == QDate::currentDate()
                    ? u"HH:mm:ss.zzz"_s
                    : u"yyyy-MM-dd HH:mm:ss.zzz"_s);
        }
        case Machine:
            return m_store->nodeOf(*of);
        case Term:
            return QString::number(of->term);
        case Name:
            return of->name;
        case What:
            return of->text;
        case Why:
            return m_store->numberOf(*of) ? tr("why?") : QString();
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return index.column() == What ? u"<p>%1</p>"_s.arg(of->text.toHtmlEscaped()) : QVariant();
    case Qt::AccessibleTextRole:
        return u"%1 %2 %3 %4"_s.arg(
            data(index.siblingAtColumn(Time), Qt::DisplayRole).toString(), m_store->nodeOf(*of),
            of->name, of->text);
    case Qt::TextAlignmentRole:
        return index.column() == Term ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case KindRole:
        return int(of->kind);
    case WeightRole:
        return int(weightOf(of->kind));
    case TimeRole:
        return of->timeMs;
    case NumberRole: {
        const std::optional<quint64> number = m_store->numberOf(*of);
        return number ? QVariant(*number) : QVariant();
    }
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
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
        return tr("What happened");
    default:
        return QString();
    }
}

} // namespace clustd::monitor
