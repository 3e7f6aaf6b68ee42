#include "model/overview_model.h"

#include <algorithm>
#include <utility>

namespace clustd::monitor {

OverviewModel::OverviewModel(ClusterBook &book, QObject *parent)
    : QAbstractListModel(parent)
    , m_book(book)
{
    connect(&book, &ClusterBook::added, this, &OverviewModel::add);
    connect(&book, &ClusterBook::removed, this, &OverviewModel::remove);
    connect(&book, &ClusterBook::waitingChanged, this, &OverviewModel::readWaiting);
    for (int i = 0; i < book.count(); ++i)
        add(book.at(i));
    readWaiting();
}

ClusterCard OverviewModel::cardOf(const Cluster &cluster)
{
    ClusterCard card;
    card.title = printable(cluster.title());
    card.state = cluster.state();
    if (cluster.isJournal()) {
        card.isJournal = true;
        const EventStore &store = cluster.events();
        card.events = static_cast<qsizetype>(store.size());
        if (store.size() > 0) {
            card.firstMs = store.events().front().timeMs;
            card.lastMs = store.events().back().timeMs;
        }
        return card;
    }
    const ClusterConnection &connection = *cluster.connection();
    card.status = cluster.liveStatus();
    if (card.state != ConnectionState::Live) {
        card.heardMs = connection.heardMs();
        // One that was heard tries its machines in turn: why each of them fails would change the
        // words every second and say nothing new.
        if (card.heardMs == 0 || card.state == ConnectionState::Refused)
            card.trouble = connection.trouble();
    }
    if (card.status) {
        card.status->self.clear();
        card.status->leaseMsLeft.reset();
        for (control::NodeRow &node : card.status->nodes) {
            node.rttUs = 0;
            node.term = 0;
            node.uptimeS = 0;
        }
    }
    return card;
}

void OverviewModel::add(Cluster *cluster)
{
    const int row = m_book.indexOf(cluster);
    beginInsertRows({}, row, row);
    m_rows.insert(m_rows.begin() + row, {cluster, m_book.entryOf(cluster).key, cardOf(*cluster)});
    endInsertRows();
    const auto again = [this, cluster] { refresh(cluster); };
    connect(cluster, &Cluster::stateChanged, this, again);
    connect(cluster, &Cluster::statusChanged, this, again);
}

void OverviewModel::remove(Cluster *cluster)
{
    cluster->disconnect(this);
    const int row = rowOf(cluster);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
}

void OverviewModel::refresh(Cluster *cluster)
{
    const int row = rowOf(cluster);
    if (row < 0)
        return;
    ClusterCard fresh = cardOf(*cluster);
    ClusterCard &before = m_rows[static_cast<std::size_t>(row)].card;
    if (fresh == before)
        return;
    before = std::move(fresh);
    Q_EMIT dataChanged(index(row), index(row));
}

void OverviewModel::readWaiting()
{
    const auto isOpen = [](const Row &row) { return row.cluster != nullptr; };
    const auto first = std::partition_point(m_rows.begin(), m_rows.end(), isOpen);
    const int from = static_cast<int>(first - m_rows.begin());
    if (first != m_rows.end()) {
        beginRemoveRows({}, from, static_cast<int>(m_rows.size()) - 1);
        m_rows.erase(first, m_rows.end());
        endRemoveRows();
    }
    const std::vector<ClusterBook::Waiting> &waiting = m_book.waiting();
    if (waiting.empty())
        return;
    beginInsertRows({}, from, from + static_cast<int>(waiting.size()) - 1);
    for (const ClusterBook::Waiting &one : waiting) {
        ClusterCard card;
        card.title = printable(one.entry.title);
        card.waitsFor = one.what;
        card.trouble = one.trouble;
        m_rows.push_back({nullptr, one.entry.key, std::move(card)});
    }
    endInsertRows();
}

int OverviewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant OverviewModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    return role == Qt::DisplayRole ? QVariant(card(index.row()).title) : QVariant();
}

const ClusterCard &OverviewModel::card(int row) const
{
    return m_rows[static_cast<std::size_t>(row)].card;
}

Cluster *OverviewModel::clusterAt(int row) const
{
    return m_rows[static_cast<std::size_t>(row)].cluster;
}

QString OverviewModel::keyAt(int row) const
{
    return m_rows[static_cast<std::size_t>(row)].key;
}

int OverviewModel::rowOf(const Cluster *cluster) const
{
    const auto it = std::find_if(
        m_rows.begin(), m_rows.end(), [cluster](const Row &row) { return row.cluster == cluster; });
    return !cluster || it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

} // namespace clustd::monitor
