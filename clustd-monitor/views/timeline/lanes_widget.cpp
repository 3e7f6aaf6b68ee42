#include "timeline/lanes_widget.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStyle>
#include <QStyleHints>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kHour = 3'600'000;
constexpr std::chrono::milliseconds kScrubEvery{30};

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

LanesWidget::LanesWidget(QWidget *parent)
    : QWidget(parent)
    , m_spanMs(kHour)
{
    setObjectName(u"timelineLanes"_s);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(
        tr("What each machine was doing over time. Plus and minus zoom, the arrow keys move, Ctrl "
           "with the arrow keys goes from event to event, Escape returns to now."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_scroll = new QScrollBar(Qt::Vertical, this);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->hide();
    connect(m_scroll, &QScrollBar::valueChanged, this, &LanesWidget::invalidate);
    connect(&m_tick, &QTimer::timeout, this, &LanesWidget::tick);
    m_scrub.setSingleShot(true);
    m_scrub.setInterval(kScrubEvery);
    connect(&m_scrub, &QTimer::timeout, this, [this] {
        if (m_scrubMs)
            scrubTo(*m_scrubMs, true);
    });
    const qint64 now = nowMs();
    m_window = {now - m_spanMs, now};
}

// ---- What is shown

void LanesWidget::setCluster(Cluster *cluster)
{
    if (cluster == m_cluster)
        return;
    if (m_cluster) {
        m_cluster->disconnect(this);
        m_cluster->events().disconnect(this);
    }
    m_cluster = cluster;
    m_marks.clear();
    m_marked.reset();
    m_isFitted = false;
    m_isFollowing = true;
    m_openedMs = nowMs();
    if (cluster) {
        connect(cluster, &Cluster::cursorChanged, this, &LanesWidget::noteCursor);
        connect(cluster, &Cluster::statusChanged, this, &LanesWidget::readMachines);
        connect(cluster, &Cluster::selectionChanged, this, &LanesWidget::invalidate);
        connect(cluster, &Cluster::stateChanged, this, [this] {
            invalidate();
            schedule();
            Q_EMIT modeChanged();
        });
        connect(cluster, &QObject::destroyed, this, &LanesWidget::forget);
        connect(&cluster->events(), &EventStore::appended, this, &LanesWidget::noteEvents);
        connect(&cluster->events(), &EventStore::rebuilt, this, [this] { noteEvents(0); });
        noteEvents(0);
    } else {
        forget();
    }
    schedule();
    Q_EMIT modeChanged();
}

/// There is no cluster any more.
void LanesWidget::forget()
{
    m_marks.clear();
    m_shownMarks.clear();
    m_marked.reset();
    m_scrubMs.reset();
    m_tick.stop();
    readMachines();
}

void LanesWidget::noteEvents(std::size_t first)
{
    m_marks.read(m_cluster->events(), first);
    readMachines();
    if (!m_isFitted && m_cluster->events().size() > 0) {
        m_isFitted = true;
        if (m_cluster->isJournal())
            fit();
        else
            setSpan(m_spanMs);
    } else if (m_isFollowing) {
        follow();
    }
    invalidate();
}

/// In the order of the other views; whom only the events know comes after.
void LanesWidget::readMachines()
{
    QStringList machines;
    m_lanes.clear();
    if (m_cluster) {
        const QStringList &told = m_cluster->events().nodes();
        for (qsizetype i = 0; i < told.size(); ++i)
            m_lanes.insert(told[i], static_cast<std::size_t>(i));
        if (const auto &status = m_cluster->status()) {
            for (const control::NodeRow &node : status->nodes) {
                if (!node.id.isEmpty())
                    machines.append(node.id);
            }
        }
        for (const QString &machine : told) {
            if (!machines.contains(machine))
                machines.append(machine);
        }
    }
    if (machines != m_machines) {
        m_machines = machines;
        layOut();
        updateGeometry();
    }
    invalidate();
}

// ---- Where things are

TimeScale LanesWidget::scale() const
{
    return {m_window.fromMs, m_window.toMs, static_cast<double>(plotRect().width())};
}

double LanesWidget::xOf(qint64 timeMs) const
{
    return plotRect().left() + scale().xOf(timeMs);
}

qint64 LanesWidget::timeAt(double x) const
{
    return scale().timeAt(x - plotRect().left());
}

QFont LanesWidget::smallFont() const
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.86);
    return small;
}

EventMarks::Sizes LanesWidget::markSizes() const
{
    const int em = fontMetrics().height();
    return {
        em * 0.9, em * 0.2, static_cast<double>(QFontMetrics(smallFont()).horizontalAdvance(u'0'))};
}

void LanesWidget::layOut()
{
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    int widest = em * 2;
    for (const QString &machine : m_machines)
        widest = std::max(widest, metrics.horizontalAdvance(machine));
    m_nameWidth = std::min(widest + em * 5 / 4, std::max(em * 4, width() / 4));
    m_markHeight = em * 13 / 10;
    m_axisHeight = m_markHeight + QFontMetrics(smallFont()).height() + em / 3;
    const int count = std::max(1, static_cast<int>(m_machines.size()));
    const int room = std::max(em, height() - m_axisHeight);
    m_rowHeight = std::clamp(room / count, em * 11 / 10, em * 16 / 10);
    const int wanted = m_rowHeight * count;
    const bool isTooHigh = wanted > room;
    m_scroll->setVisible(isTooHigh);
    if (isTooHigh) {
        const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, m_scroll);
        m_scroll->setGeometry(width() - bar, 0, bar, room);
        m_scroll->setPageStep(room);
        m_scroll->setSingleStep(m_rowHeight);
        m_scroll->setRange(0, wanted - room);
    } else {
        m_scroll->setRange(0, 0);
    }
    invalidate();
}

QRect LanesWidget::plotRect() const
{
    const int em = fontMetrics().height();
    const int room = std::max(em, height() - m_axisHeight);
    const int lanes
        = std::min(room, m_rowHeight * std::max(1, static_cast<int>(m_machines.size())));
    const int right = m_scroll->isHidden() ? em * 3 / 4 : m_scroll->width() + em / 2;
    return {m_nameWidth, 0, std::max(1, width() - m_nameWidth - right), lanes};
}

QRect LanesWidget::axisRect() const
{
    const QRect plot = plotRect();
    return {plot.left(), plot.bottom() + 1, plot.width(), m_axisHeight};
}

QRect LanesWidget::laneRect(const QString &machine) const
{
    const qsizetype row = m_machines.indexOf(machine);
    if (row < 0)
        return {};
    const QRect plot = plotRect();
    const QRect lane(plot.left(), static_cast<int>(row) * m_rowHeight - m_scroll->value(),
        plot.width(), m_rowHeight);
    return lane.intersects(plot) ? lane : QRect();
}

QString LanesWidget::machineAt(const QPoint &position) const
{
    const QRect plot = plotRect();
    if (position.y() < 0 || position.y() > plot.bottom())
        return {};
    return m_machines.value((position.y() + m_scroll->value()) / m_rowHeight);
}

const MergedMark *LanesWidget::markAt(const QPoint &position) const
{
    const QRect axis = axisRect();
    if (position.y() < axis.top() || position.y() > axis.top() + m_markHeight)
        return nullptr;
    const double x = position.x() - axis.left();
    for (const MergedMark &mark : m_shownMarks) {
        if (std::abs(x - mark.x) <= mark.width / 2 + 1)
            return &mark;
    }
    return nullptr;
}

void LanesWidget::invalidate()
{
    m_isKept = false;
    update();
}

QSize LanesWidget::sizeHint() const
{
    const int em = fontMetrics().height();
    const int rows = std::clamp(static_cast<int>(m_machines.size()), 3, 8);
    return {em * 50, rows * em * 16 / 10 + m_axisHeight};
}

QSize LanesWidget::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    const int rows = std::clamp(static_cast<int>(m_machines.size()), 1, 3);
    return {em * 16, rows * em * 11 / 10 + em * 3};
}

bool LanesWidget::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QString words = m_drag == Drag::None ? describe(help->pos()) : QString();
        if (words.isEmpty()) {
            QToolTip::hideText();
            event->ignore();
        } else {
            QToolTip::showText(help->globalPos(), u"<qt>%1</qt>"_s.arg(words), this,
                QRect(help->pos() - QPoint(2, 2), QSize(5, 5)));
        }
        return true;
    }
    return QWidget::event(event);
}

void LanesWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        m_hatches.clear();
        invalidate();
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_hatches.clear();
        layOut();
        updateGeometry();
    }
}

void LanesWidget::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
    schedule();
}

void LanesWidget::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tick();
}

void LanesWidget::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

} // namespace clustd::monitor
