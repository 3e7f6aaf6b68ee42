#include "topology/topology_view.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double kZoomStep = 1.2;
constexpr double kScaleMin = 0.05;
constexpr double kScaleMax = 6;
constexpr double kFitScaleMax = 1.6; ///< Three machines need not fill a large screen
/// The master tells its lease every second; later than this it is not renewed, or we are cut off.
constexpr qint64 kLeaseFreshMs = 1300;

} // namespace

TopologyView::TopologyView(QWidget *parent)
    : QGraphicsView(parent)
{
    setScene(&m_scene);
    setRenderHint(QPainter::Antialiasing);
    setDragMode(ScrollHandDrag);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(AnchorUnderMouse);
    setViewportUpdateMode(SmartViewportUpdate);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Topology"));
    m_runDown.setInterval(100ms);
    connect(&m_runDown, &QTimer::timeout, this, &TopologyView::refreshLease);
    connect(&m_scene, &TopologyScene::machinePressed, this, [this](const QString &id) {
        if (m_cluster)
            m_cluster->select(id);
    });
    connect(&m_scene, &TopologyScene::arranged, this, [this] {
        if (m_isFitted)
            fit();
    });
    m_scene.setLook(font(), palette());
}

void TopologyView::setCluster(Cluster *cluster)
{
    if (m_cluster == cluster)
        return;
    if (m_cluster)
        m_cluster->disconnect(this);
    m_cluster = cluster;
    if (cluster) {
        connect(cluster, &Cluster::statusChanged, this, &TopologyView::refresh);
        connect(cluster, &Cluster::linksChanged, this, &TopologyView::refresh);
        connect(cluster, &Cluster::stateChanged, this, &TopologyView::refresh);
        connect(cluster, &Cluster::cursorChanged, this, &TopologyView::refresh);
        connect(cluster, &Cluster::leaseChanged, this, &TopologyView::refreshLease);
        connect(cluster, &Cluster::selectionChanged, this, &TopologyView::refresh);
        connect(cluster, &QObject::destroyed, this, &TopologyView::refresh);
    }
    m_isFitted = true;
    refresh();
    fit();
}

void TopologyView::refresh()
{
    const bool hasStatus = m_cluster && m_cluster->status();
    m_scene.setChosen(m_cluster ? m_cluster->selected() : QString());
    m_scene.setPicture(hasStatus
            ? pictureOf(*m_cluster->status(), m_cluster->links(), m_cluster->selected())
            : TopologyPicture());
    refreshLease();
    QStringList spoken;
    for (const QString &id : m_scene.order())
        spoken << m_scene.machine(id)->spoken();
    setAccessibleDescription(spoken.join(u"; "_s));
    // The picture fades where it is not of now.
    const double opacity = m_cluster && m_cluster->isStale() && !m_cluster->cursor() ? 0.45 : 1.0;
    for (QGraphicsItem *item : m_scene.items()) {
        if (item->opacity() != opacity)
            item->setOpacity(opacity);
    }
}

void TopologyView::refreshLease()
{
    const auto &lease = m_cluster ? m_cluster->lease() : std::optional<Cluster::Lease>();
    if (!lease || lease->leaseMs <= 0 || (m_cluster && m_cluster->cursor())) {
        m_runDown.stop();
        m_scene.setLease(-1, {});
        return;
    }
    const qint64 age = QDateTime::currentMSecsSinceEpoch() - lease->heardMs;
    const bool isRunningDown = age > kLeaseFreshMs;
    const qint64 left = isRunningDown ? std::max<qint64>(0, lease->leftMs - age) : lease->leftMs;
    m_scene.setLease(double(left) / double(lease->leaseMs),
        tr("lease %1 s of %2 s")
            .arg(double(left) / 1000, 0, 'f', 1)
            .arg(double(lease->leaseMs) / 1000, 0, 'f', 1));
    if (!isRunningDown)
        m_runDown.start(std::chrono::milliseconds(kLeaseFreshMs + 1));
    else if (left > 0)
        m_runDown.start(100ms);
    else
        m_runDown.stop();
}

void TopologyView::fit()
{
    m_isFitted = true;
    const QRectF all = m_scene.content();
    if (all.width() < 1 || all.height() < 1)
        return;
    setSceneRect(all);
    fitInView(all, Qt::KeepAspectRatio);
    const double scale = transform().m11();
    if (scale > kFitScaleMax) {
        resetTransform();
        QGraphicsView::scale(kFitScaleMax, kFitScaleMax);
    }
    centerOn(all.center());
}

void TopologyView::zoom(double factor)
{
    m_isFitted = false;
    const double now = transform().m11();
    const double next = std::clamp(now * factor, kScaleMin, kScaleMax);
    // Room to pan beyond the picture.
    const QRectF all = m_scene.content();
    setSceneRect(all.adjusted(-all.width(), -all.height(), all.width(), all.height()));
    scale(next / now, next / now);
}

void TopologyView::changeEvent(QEvent *event)
{
    QGraphicsView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_scene.setLook(font(), palette());
        resetCachedContent();
        if (m_isFitted)
            fit();
    } else if (event->type() == QEvent::LanguageChange) {
        refresh();
    }
}

void TopologyView::resizeEvent(QResizeEvent *event)
{
    QGraphicsView::resizeEvent(event);
    if (m_isFitted)
        fit();
}

void TopologyView::wheelEvent(QWheelEvent *event)
{
    if (event->angleDelta().y() != 0)
        zoom(std::pow(kZoomStep, event->angleDelta().y() / 120.0));
    event->accept();
}

void TopologyView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(kZoomStep);
        return;
    case Qt::Key_Minus:
        zoom(1 / kZoomStep);
        return;
    case Qt::Key_F:
    case Qt::Key_0:
        fit();
        return;
    case Qt::Key_Right:
    case Qt::Key_Down:
        step(1);
        return;
    case Qt::Key_Left:
    case Qt::Key_Up:
        step(-1);
        return;
    case Qt::Key_Escape:
        if (m_cluster && !m_cluster->selected().isEmpty()) {
            m_cluster->select({});
            return;
        }
        break;
    default:
        break;
    }
    QGraphicsView::keyPressEvent(event);
}

void TopologyView::mousePressEvent(QMouseEvent *event)
{
    const bool isOnMachine = qgraphicsitem_cast<MachineItem *>(itemAt(event->pos())) != nullptr;
    QGraphicsView::mousePressEvent(event);
    if (!isOnMachine && event->button() == Qt::LeftButton && m_cluster)
        m_cluster->select({});
}

void TopologyView::step(int by)
{
    const QStringList order = m_scene.order();
    if (order.isEmpty() || !m_cluster)
        return;
    const auto count = order.size();
    const qsizetype at = order.indexOf(m_cluster->selected());
    m_cluster->select(order.at(at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count));
}

void TopologyView::drawBackground(QPainter *painter, const QRectF &rect)
{
    painter->fillRect(rect, toneColor(Tone::Surface, palette()));
}

void TopologyView::drawForeground(QPainter *painter, const QRectF &)
{
    QString text;
    if (!m_cluster)
        text = tr("No cluster");
    else if (!m_cluster->status())
        text = m_cluster->connection() && !m_cluster->connection()->trouble().isEmpty()
            ? m_cluster->connection()->trouble()
            : tr("Connecting …");
    else if (m_scene.picture().machines.empty())
        text = tr("Nothing is known of this moment");
    const QString foot = m_scene.picture().linksLeftOut > 0
        ? tr("%n healthy or less urgent links are not drawn; choose a machine to see its own",
            nullptr, m_scene.picture().linksLeftOut)
        : QString();
    if (text.isEmpty() && foot.isEmpty())
        return;
    painter->save();
    painter->resetTransform();
    painter->setFont(font());
    painter->setPen(toneColor(Tone::Muted, palette()));
    const QRect room = viewport()->rect().adjusted(12, 12, -12, -8);
    if (!text.isEmpty())
        painter->drawText(room, Qt::AlignCenter | Qt::TextWordWrap, text);
    if (!foot.isEmpty())
        painter->drawText(room, Qt::AlignLeft | Qt::AlignBottom, foot);
    painter->restore();
}

} // namespace clustd::monitor
