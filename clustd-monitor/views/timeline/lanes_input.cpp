// What the person does with LanesWidget: wheel, mouse, keys.

#include "timeline/lanes_widget.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStyleHints>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double kZoomStep = 1.25;

} // namespace

void LanesWidget::wheelEvent(QWheelEvent *event)
{
    const QPointF at = event->position();
    const QPoint delta = event->angleDelta();
    const bool isSideways = event->modifiers().testFlag(Qt::ShiftModifier)
        || std::abs(delta.x()) > std::abs(delta.y());
    event->accept();
    if (!isSideways && at.x() < plotRect().left()) {
        m_scroll->setValue(m_scroll->value() - delta.y() * m_rowHeight / 120);
        return;
    }
    if (isSideways) {
        const int by = delta.x() != 0 ? delta.x() : delta.y();
        pan(-by / 1200.0);
        return;
    }
    if (delta.y() != 0)
        zoom(std::pow(kZoomStep, -delta.y() / 120.0), timeAt(at.x()));
}

void LanesWidget::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    m_pressed = event->position().toPoint();
    m_pressedWindow = m_window;
    m_wasPressedFollowing = m_isFollowing;
    const QRect axis = axisRect();
    const bool isOnAxis = m_pressed.y() >= axis.top() && m_pressed.y() <= axis.bottom()
        && m_pressed.x() >= axis.left();
    if (!isOnAxis) {
        m_drag = Drag::Pending;
        return;
    }
    m_drag = Drag::Scrub;
    if (const MergedMark *mark = markAt(m_pressed)) {
        const EventMarks::Mark told = m_marks.at(mark->last);
        scrubTo(told.timeMs, true);
        Q_EMIT eventPicked(told.event);
    } else {
        scrubTo(timeAt(m_pressed.x()), true);
    }
}

void LanesWidget::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    const QRect plot = plotRect();
    if (m_drag == Drag::Pending
        && std::abs(at.x() - m_pressed.x()) >= QGuiApplication::styleHints()->startDragDistance()) {
        m_drag = Drag::Pan;
        setCursor(Qt::ClosedHandCursor);
        QToolTip::hideText();
    }
    if (m_drag == Drag::Pan) {
        const auto by = static_cast<qint64>(std::llround(static_cast<double>(m_pressed.x() - at.x())
            * static_cast<double>(m_window.span()) / plot.width()));
        showWindow({m_pressedWindow.fromMs + by, m_pressedWindow.toMs + by}, false);
    } else if (m_drag == Drag::Scrub) {
        if (std::abs(at.x() - m_pressed.x()) > 1)
            scrubTo(timeAt(std::clamp(at.x(), plot.left(), plot.right() + 1)), false);
    } else if (m_drag == Drag::None) {
        const bool isOnAxis = axisRect().contains(at);
        const Qt::CursorShape shape = markAt(at) ? Qt::PointingHandCursor
            : isOnAxis                           ? Qt::SizeHorCursor
                                                 : Qt::ArrowCursor;
        if (cursor().shape() != shape)
            setCursor(shape);
    }
    const bool isInside = at.x() >= plot.left() && at.x() <= plot.right();
    m_hoverX = isInside ? std::optional(at.x()) : std::nullopt;
    update();
}

void LanesWidget::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const Drag drag = m_drag;
    m_drag = Drag::None;
    if (drag == Drag::Scrub && m_scrubMs)
        scrubTo(*m_scrubMs, true);
    if (drag == Drag::Pending && m_cluster) {
        if (const QString machine = machineAt(m_pressed); !machine.isEmpty())
            m_cluster->select(machine);
    }
    if (drag == Drag::Pan)
        unsetCursor();
}

void LanesWidget::mouseDoubleClickEvent(QMouseEvent *event)
{
    const bool isOnLanes
        = event->button() == Qt::LeftButton && plotRect().contains(event->position().toPoint());
    if (isOnLanes)
        fit();
    else
        mousePressEvent(event);
}

void LanesWidget::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_hoverX.reset();
    update();
}

void LanesWidget::keyPressEvent(QKeyEvent *event)
{
    const bool isControl = event->modifiers().testFlag(Qt::ControlModifier);
    const qint64 middle = m_window.fromMs + m_window.span() / 2;
    const qint64 about = m_cluster && isScrubbed() && *m_cluster->cursor() >= m_window.fromMs
            && *m_cluster->cursor() <= m_window.toMs
        ? *m_cluster->cursor()
        : m_isFollowing ? endMs()
                        : middle;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus: {
        const bool wasFollowing = m_isFollowing && about == endMs();
        zoom(event->key() == Qt::Key_Minus ? kZoomStep : 1 / kZoomStep, about);
        if (wasFollowing)
            follow();
        break;
    }
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const bool isRight = event->key() == Qt::Key_Right;
        if (isControl)
            stepToEvent(isRight);
        else
            pan(isRight ? 0.1 : -0.1);
        break;
    }
    case Qt::Key_Home:
        showWindow(
            {beginMs() - m_window.span() / 50, beginMs() - m_window.span() / 50 + m_window.span()},
            false);
        break;
    case Qt::Key_End:
        follow();
        break;
    case Qt::Key_0:
    case Qt::Key_F:
        fit();
        break;
    case Qt::Key_Up:
        m_scroll->triggerAction(QAbstractSlider::SliderSingleStepSub);
        break;
    case Qt::Key_Down:
        m_scroll->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        break;
    case Qt::Key_PageUp:
        m_scroll->triggerAction(QAbstractSlider::SliderPageStepSub);
        break;
    case Qt::Key_PageDown:
        m_scroll->triggerAction(QAbstractSlider::SliderPageStepAdd);
        break;
    case Qt::Key_Escape:
        // Otherwise it is somebody else's.
        if (!isScrubbed() && m_isFollowing)
            QWidget::keyPressEvent(event);
        else
            goLive();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LanesWidget::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    m_isRingShown
        = event->reason() != Qt::MouseFocusReason && event->reason() != Qt::ActiveWindowFocusReason;
    update();
}

void LanesWidget::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    m_isRingShown = false;
    update();
}

} // namespace clustd::monitor
