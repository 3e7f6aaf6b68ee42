#pragma once

#include "model/topology_picture.h"
#include "topology/link_item.h"
#include "topology/machine_item.h"

#include <QGraphicsScene>
#include <QMap>

#include <map>
#include <utility>

namespace clustd::monitor {

/// Machines around a circle and the links between them. Keeps its items from picture to picture, so
/// that only what changed is painted again.
/// Thread: the GUI's. Owner: TopologyView.
class TopologyScene : public QGraphicsScene
{
    Q_OBJECT
public:
    explicit TopologyScene(QObject *parent = nullptr);

    void setPicture(const TopologyPicture &picture);
    void setChosen(const QString &machine);
    /// @param share of the master's lease that is left, 0 to 1; negative: not known
    void setLease(double share, const QString &words);
    void setLook(const QFont &font, const QPalette &palette);

    [[nodiscard]] const TopologyPicture &picture() const { return m_picture; }
    [[nodiscard]] MachineItem *machine(const QString &id) const { return m_machines.value(id); }
    /// Machines in the order of the circle.
    [[nodiscard]] QStringList order() const;
    /// All that is drawn, with a margin.
    [[nodiscard]] QRectF content() const;

Q_SIGNALS:
    void machinePressed(const QString &id);
    /// Machines came or went: what fitted may fit no more.
    void arranged();

private:
    void arrange();
    void drawLinks();

    TopologyPicture m_picture;
    QMap<QString, MachineItem *> m_machines;
    std::map<std::pair<QString, QString>, LinkItem *> m_links;
    QFont m_font;
    QPalette m_palette;
    QString m_chosen;
};

} // namespace clustd::monitor
