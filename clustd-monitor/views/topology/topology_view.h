#pragma once

#include "model/cluster.h"
#include "topology/topology_scene.h"

#include <QGraphicsView>
#include <QPointer>
#include <QTimer>

namespace clustd::monitor {

/// The picture of the cluster: who is master, who follows, who hears whom. Wheel and +/- zoom, drag
/// pans, F fits, arrow keys go from machine to machine.
/// Thread: the GUI's.
class TopologyView : public QGraphicsView
{
    Q_OBJECT
public:
    explicit TopologyView(QWidget *parent = nullptr);

    /// @param cluster nothing: an empty picture; may go away by itself
    void setCluster(Cluster *cluster);
    void zoom(double factor);
    /// Everything in view, and again whenever the window or the set of machines changes, until the
    /// person zooms.
    void fit();

    [[nodiscard]] const TopologyScene &picture() const { return m_scene; }

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void drawBackground(QPainter *painter, const QRectF &rect) override;

private:
    void refresh();
    void refreshLease();
    void step(int by);

    TopologyScene m_scene;
    QPointer<Cluster> m_cluster;
    QTimer m_runDown; ///< While a lease is not renewed
    bool m_isFitted = true;
    bool m_isLookKnown = false;
};

} // namespace clustd::monitor
