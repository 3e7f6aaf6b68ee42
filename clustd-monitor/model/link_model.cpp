#include "model/link_model.h"

#include "model/event_store.h"

#include <utility>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::LinkRow;
using control::NodeRow;

LinkModel::LinkModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void LinkModel::setStatus(const std::optional<ClusterStatus> &status)
{
    QStringList machines;
    if (status) {
        for (const NodeRow &node : status->nodes)
            machines.append(node.id.isEmpty() ? node.uri : node.id);
    }
    if (machines == m_machines)
        return;
    m_machines = machines;
    rename();
}

void LinkModel::setLinks(const std::vector<LinkRow> &links)
{
    if (links == m_links)
        return;
    m_links = links;
    rename();
}

/// Machines and cells anew from m_machines and m_links; views hear only of what is other.
void LinkModel::rename()
{
    QStringList names;
    QHash<QString, int> indices;
    const auto note = [&](const QString &name) {
        if (name.isEmpty() || indices.contains(name))
            return;
        indices.insert(name, static_cast<int>(names.size()));
        names.append(name);
    };
    for (const QString &name : std::as_const(m_machines))
        note(name);
    for (const LinkRow &link : m_links) {
        note(link.from);
        note(link.to);
    }
    if (names != m_names) {
        // Rare, and a matrix that grows by one machine changes everywhere.
        beginResetModel();
        m_names = names;
        m_indices = indices;
        m_cells = cellsOf(m_links);
        endResetModel();
        return;
    }
    std::vector<Cell> cells = cellsOf(m_links);
    std::swap(cells, m_cells);
    const int count = static_cast<int>(m_names.size());
    for (int from = 0; from < count; ++from) {
        const auto isOther = [&](int to) {
            // The other direction decides whether this one is a one-way fault.
            return cells[place(from, to)] != m_cells[place(from, to)]
                || isHeard(cells[place(to, from)].state) != isHeard(m_cells[place(to, from)].state);
        };
        for (int to = 0; to < count;) {
            int end = to;
            while (end < count && isOther(end))
                ++end;
            if (end > to)
                Q_EMIT dataChanged(index(from, to), index(from, end - 1));
            to = end + 1;
        }
    }
}

std::vector<LinkModel::Cell> LinkModel::cellsOf(const std::vector<LinkRow> &links) const
{
    const auto count = static_cast<std::size_t>(m_names.size());
    std::vector<Cell> cells(count * count);
    for (const LinkRow &link : links) {
        const int from = m_indices.value(link.from, -1);
        const int to = m_indices.value(link.to, -1);
        if (from >= 0 && to >= 0)
            cells[place(from, to)] = {link.state, link.rttUs, link.lossPpm};
    }
    for (int i = 0; i < static_cast<int>(count); ++i)
        cells[place(i, i)] = {u"self"_s, 0, 0};
    return cells;
}

std::size_t LinkModel::place(int from, int to) const
{
    return static_cast<std::size_t>(from) * static_cast<std::size_t>(m_names.size())
        + static_cast<std::size_t>(to);
}

const LinkModel::Cell &LinkModel::cell(int from, int to) const
{
    return m_cells[place(from, to)];
}

bool LinkModel::isHeard(const QString &state)
{
    return state == u"up" || state == u"suspect";
}

bool LinkModel::isOneWay(int from, int to) const
{
    const QString &state = cell(from, to).state;
    const bool isLost = state == u"down" || state == u"refused";
    return from != to && isLost && isHeard(cell(to, from).state);
}

int LinkModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int LinkModel::columnCount(const QModelIndex &parent) const
{
    return rowCount(parent);
}

QVariant LinkModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Cell &own = cell(index.row(), index.column());
    const QString from = printable(m_names[index.row()]);
    const QString to = printable(m_names[index.column()]);
    switch (role) {
    case Qt::DisplayRole:
        return own.rttUs > 0 ? QVariant(static_cast<double>(own.rttUs) / 1000.0) : QVariant();
    case Qt::AccessibleTextRole:
        if (index.row() == index.column())
            return from;
        if (own.state.isEmpty())
            return tr("%1 has not told whether it hears %2").arg(from, to);
        if (isOneWay(index.row(), index.column()))
            return tr("%1 does not hear %2, but is heard by it").arg(from, to);
        if (!isHeard(own.state))
            return tr("%1 does not hear %2").arg(from, to);
        return own.rttUs > 0 ? tr("%1 hears %2, round trip %3 ms")
                                   .arg(from, to)
                                   .arg(static_cast<double>(own.rttUs) / 1000.0, 0, 'f', 2)
                             : tr("%1 hears %2").arg(from, to);
    case StateRole:
        return own.state;
    case RttUsRole:
        return QVariant::fromValue<qlonglong>(own.rttUs);
    case LossPpmRole:
        return QVariant::fromValue<qlonglong>(own.lossPpm);
    case OneWayRole:
        return isOneWay(index.row(), index.column());
    case FromRole:
        return m_names[index.row()];
    case ToRole:
        return m_names[index.column()];
    default:
        return {};
    }
}

QVariant LinkModel::headerData(int section, Qt::Orientation, int role) const
{
    if (role != Qt::DisplayRole || section < 0 || section >= m_names.size())
        return {};
    return printable(m_names[section]);
}

} // namespace clustd::monitor
