#pragma once

#include "model/cluster.h"

#include <QPointer>
#include <QStyledItemDelegate>

namespace clustd::monitor {

/// Paints the cells of MachinesView: signs before words, the master's crown, the round trip as it
/// was lately.
///
/// Thread: the GUI's. Owner: MachinesView.
class MachineCells : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit MachineCells(QObject *parent = nullptr);

    /// Whose series are painted.
    void setCluster(Cluster *cluster) { m_cluster = cluster; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    QPointer<Cluster> m_cluster;
};

} // namespace clustd::monitor
