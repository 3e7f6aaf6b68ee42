#pragma once

#include "model/cluster.h"

#include <QHeaderView>
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

/// A flat header: titles over their cells, an arrow where it sorts.
///
/// Thread: the GUI's. Owner: its table.
class MachineHeader : public QHeaderView
{
    Q_OBJECT
public:
    explicit MachineHeader(QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;
};

} // namespace clustd::monitor
