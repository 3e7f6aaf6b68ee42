#pragma once

#include "model/cluster_book.h"

#include <QAbstractListModel>

#include <optional>
#include <vector>

namespace clustd::monitor {

/// What is told of one cluster beside others. Figures that change by the second are left out, so
/// that the overview of clusters to which nothing happens is not painted again.
struct ClusterCard
{
    QString title;
    bool isJournal = false;
    qsizetype events = 0; ///< Of a journal
    qint64 firstMs = 0; ///< Its first and last event, milliseconds since 1970 UTC
    qint64 lastMs = 0;
    std::optional<WaitsFor> waitsFor; ///< Known, but not opened yet
    ConnectionState state = ConnectionState::Connecting;
    qint64 heardMs = 0; ///< The last word, milliseconds since 1970 UTC; 0: live, or never heard
    QString trouble; ///< Why it was never heard, is refused, or waits
    std::optional<control::ClusterStatus> status; ///< The newest, without times, terms of machines

    friend bool operator==(const ClusterCard &, const ClusterCard &) = default;
};

/// All clusters of the book in its order, then those that wait for a token.
/// Thread: the GUI's. Owner: any; the book must outlive it.
class OverviewModel : public QAbstractListModel
{
    Q_OBJECT
public:
    explicit OverviewModel(ClusterBook &book, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    /// The title; views read card().
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

    [[nodiscard]] const ClusterCard &card(int row) const;
    /// Nothing for one that waits.
    [[nodiscard]] Cluster *clusterAt(int row) const;
    /// Its name in the settings; empty for a journal and for one that is not kept.
    [[nodiscard]] QString keyAt(int row) const;
    /// -1: none.
    [[nodiscard]] int rowOf(const Cluster *cluster) const;

    [[nodiscard]] static ClusterCard cardOf(const Cluster &cluster);

private:
    struct Row
    {
        Cluster *cluster = nullptr;
        QString key;
        ClusterCard card;
    };
    void add(Cluster *cluster);
    void remove(Cluster *cluster);
    void refresh(Cluster *cluster);
    void readWaiting();

    ClusterBook &m_book;
    std::vector<Row> m_rows;
};

} // namespace clustd::monitor
