#include "topology/topology_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace clustd::monitor {

namespace {

constexpr std::size_t kLabelledMachines = 9; ///< Beyond, round trips would cover each other

} // namespace

TopologyScene::TopologyScene(QObject *parent)
    : QGraphicsScene(parent)
{
    setItemIndexMethod(NoIndex); // Items move together and seldom
}

void TopologyScene::setPicture(const TopologyPicture &picture)
{
    if (picture == m_picture)
        return;
    const auto shapes = [](const TopologyPicture &of) {
        std::vector<std::pair<QString, QString>> made;
        made.reserve(of.machines.size());
        for (const MachinePicture &machine : of.machines)
            made.emplace_back(machine.id, machine.role);
        return made;
    };
    const bool isSame = shapes(picture) == shapes(m_picture);
    m_picture = picture;
    std::set<QString> present;
    for (const MachinePicture &machine : picture.machines) {
        present.insert(machine.id);
        MachineItem *&item = m_machines[machine.id];
        if (!item) {
            item = new MachineItem(m_font, m_palette);
            addItem(item);
            connect(item, &MachineItem::pressed, this, &TopologyScene::machinePressed);
            item->setChosen(machine.id == m_chosen);
        }
        if (!machine.isMaster)
            item->setLease(-1, {});
        item->setPicture(machine);
    }
    m_machines.removeIf([&present](decltype(m_machines)::iterator machine) {
        const bool isGone = present.count(machine.key()) == 0;
        if (isGone)
            delete machine.value();
        return isGone;
    });
    if (!isSame)
        arrange();
    drawLinks();
    if (!isSame)
        Q_EMIT arranged();
}

void TopologyScene::arrange()
{
    const auto count = static_cast<double>(m_picture.machines.size());
    double widest = 0;
    for (const MachineItem *item : std::as_const(m_machines))
        widest = std::max(widest, item->radius());
    // Neighbours on the circle keep a machine's width between them.
    const double needed = count < 2 ? 0 : widest * 3.4 / (2 * std::sin(std::numbers::pi / count));
    const double radius = std::max(needed, widest * 2.7);
    int place = 0;
    for (const MachinePicture &machine : m_picture.machines) {
        MachineItem *item = m_machines.value(machine.id);
        const double angle = 2 * std::numbers::pi * place++ / count - std::numbers::pi / 2;
        const QPointF unit(std::cos(angle), std::sin(angle));
        // A circle of few machines is drawn wide, as screens are.
        const double wide = count <= 12 ? 1.35 : 1.0;
        item->setPos(count < 2 ? QPointF() : QPointF(unit.x() * radius * wide, unit.y() * radius));
        item->setNotesSide(unit.x() > 0.3   ? Qt::AlignRight
                : unit.x() < -0.3           ? Qt::AlignLeft
                : unit.y() < 0 && count > 1 ? Qt::AlignRight
                                            : Qt::AlignBottom);
    }
}

void TopologyScene::drawLinks()
{
    std::set<std::pair<QString, QString>> present;
    const bool areFew = m_picture.machines.size() <= kLabelledMachines;
    for (const LinkPicture &link : m_picture.links) {
        const MachineItem *a = m_machines.value(link.a);
        const MachineItem *b = m_machines.value(link.b);
        if (!a || !b)
            continue;
        const auto key = std::minmax(link.a, link.b);
        present.insert(key);
        LinkItem *&item = m_links[key];
        if (!item) {
            item = new LinkItem(m_font, m_palette);
            addItem(item);
        }
        const QPointF along = b->pos() - a->pos();
        const double length = std::hypot(along.x(), along.y());
        const QPointF unit = length > 0 ? along / length : QPointF(1, 0);
        item->setLine(a->pos() + unit * a->reach(unit), b->pos() - unit * b->reach(unit));
        const bool isOfChosen = !m_chosen.isEmpty() && (link.a == m_chosen || link.b == m_chosen);
        item->setPicture(link, (areFew && link.isOfMaster) || isOfChosen);
    }
    for (auto it = m_links.begin(); it != m_links.end();) {
        if (present.count(it->first) != 0) {
            ++it;
            continue;
        }
        delete it->second;
        it = m_links.erase(it);
    }
}

void TopologyScene::setChosen(const QString &machine)
{
    if (machine == m_chosen)
        return;
    if (MachineItem *item = m_machines.value(m_chosen))
        item->setChosen(false);
    m_chosen = machine;
    if (MachineItem *item = m_machines.value(m_chosen))
        item->setChosen(true);
    drawLinks();
}

void TopologyScene::setLease(double share, const QString &words)
{
    for (const MachinePicture &machine : m_picture.machines) {
        if (machine.isMaster)
            m_machines.value(machine.id)->setLease(share, words);
    }
}

void TopologyScene::setLook(const QFont &font, const QPalette &palette)
{
    m_font = font;
    m_palette = palette;
    for (MachineItem *item : std::as_const(m_machines))
        item->setLook(font, palette);
    for (const auto &[key, item] : m_links)
        item->setLook(font, palette);
    arrange();
    drawLinks();
}

QStringList TopologyScene::order() const
{
    QStringList ids;
    for (const MachinePicture &machine : m_picture.machines)
        ids << machine.id;
    return ids;
}

QRectF TopologyScene::content() const
{
    QRectF all;
    for (const MachineItem *item : std::as_const(m_machines))
        all |= item->mapRectToScene(item->boundingRect());
    const double margin = all.width() * 0.03 + 8;
    return all.adjusted(-margin, -margin, margin, margin);
}

} // namespace clustd::monitor
