#include "topology/link_item.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QPainterPathStroker>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::LinkItem)
};

constexpr std::int64_t kLossShownPpm = 1000;

} // namespace

LinkItem::LinkItem(const QFont &font, const QPalette &palette)
    : m_palette(palette)
{
    setLook(font, palette);
    setZValue(0);
}

void LinkItem::setLine(const QPointF &from, const QPointF &to)
{
    if (from == m_from && to == m_to)
        return;
    prepareGeometryChange();
    m_from = from;
    m_to = to;
}

void LinkItem::setPicture(const LinkPicture &picture, bool isLabelled)
{
    if (picture == m_picture && isLabelled == m_isLabelled)
        return;
    prepareGeometryChange();
    m_picture = picture;
    m_isLabelled = isLabelled;
    // Faults lie above what is well.
    setZValue(picture.kind == LinkKind::Up ? (picture.isOfMaster ? 0.2 : 0) : 1);
    setToolTip(label().isEmpty() ? u"%1 – %2"_s.arg(picture.a, picture.b)
                                 : u"%1 – %2: %3"_s.arg(picture.a, picture.b, label()));
    update();
}

void LinkItem::setLook(const QFont &font, const QPalette &palette)
{
    prepareGeometryChange();
    m_font = font;
    m_font.setPointSizeF(font.pointSizeF() * 0.85);
    m_palette = palette;
    update();
}

QString LinkItem::label() const
{
    switch (m_picture.kind) {
    case LinkKind::Up: {
        if (m_picture.rttUs <= 0)
            return {};
        QString text = rttWords(m_picture.rttUs);
        if (m_picture.lossPpm >= kLossShownPpm)
            text += Words::tr(", %1 % lost").arg(double(m_picture.lossPpm) / 10'000.0, 0, 'f', 1);
        return text;
    }
    case LinkKind::Suspect:
        return Words::tr("suspect: silent for a moment");
    case LinkKind::OneWay:
        return Words::tr("one way: %1 does not hear %2").arg(m_picture.b, m_picture.a);
    case LinkKind::Down:
        return Words::tr("down");
    }
    return {};
}

QRectF LinkItem::labelRect() const
{
    const bool isShown = m_picture.kind == LinkKind::OneWay || m_picture.kind == LinkKind::Suspect
        || (m_isLabelled && m_picture.kind == LinkKind::Up);
    const QString text = isShown ? label() : QString();
    if (text.isEmpty())
        return {};
    const QFontMetricsF metrics(m_font);
    // Off the middle, where all lines of a circle cross.
    const double share = m_picture.kind == LinkKind::OneWay ? 0.56 : 0.42;
    const QPointF middle = m_from * (1 - share) + m_to * share;
    const double width = metrics.horizontalAdvance(text) + metrics.height() * 0.6;
    return {
        middle.x() - width / 2, middle.y() - metrics.height() * 0.6, width, metrics.height() * 1.2};
}

QRectF LinkItem::boundingRect() const
{
    return QRectF(m_from, m_to).normalized().adjusted(-12, -12, 12, 12).united(labelRect());
}

QPainterPath LinkItem::shape() const
{
    QPainterPath line(m_from);
    line.lineTo(m_to);
    QPainterPathStroker stroker;
    stroker.setWidth(10);
    return stroker.createStroke(line);
}

void LinkItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    painter->setRenderHint(QPainter::Antialiasing);
    Tone tone = Tone::Good;
    QPen pen;
    switch (m_picture.kind) {
    case LinkKind::Up:
        tone = m_picture.lossPpm >= kLossShownPpm ? Tone::Warning : Tone::Good;
        pen.setWidthF(m_picture.isOfMaster ? 2.4 : 1.1);
        break;
    case LinkKind::Suspect:
        tone = Tone::Warning;
        pen.setWidthF(2);
        pen.setDashPattern({6, 3});
        break;
    case LinkKind::OneWay:
        tone = Tone::Warning;
        pen.setWidthF(2.2);
        pen.setDashPattern({5, 3});
        break;
    case LinkKind::Down:
        tone = Tone::Bad;
        pen.setWidthF(1.6);
        pen.setDashPattern({1.5, 3.5});
        break;
    }
    QColor color = toneColor(tone, m_palette);
    if (m_picture.kind == LinkKind::Up && !m_picture.isOfMaster)
        color.setAlphaF(0.45F);
    pen.setColor(color);
    pen.setCapStyle(Qt::RoundCap);
    painter->setPen(pen);
    painter->drawLine(m_from, m_to);

    if (m_picture.kind == LinkKind::OneWay) {
        // Words still go from b, which is heard, to a, which hears.
        const QPointF along = m_from - m_to;
        const double length = std::hypot(along.x(), along.y());
        if (length > 1) {
            const QPointF unit = along / length;
            const QPointF across(-unit.y(), unit.x());
            const QPointF tip = m_from;
            QPainterPath head(tip);
            head.lineTo(tip - unit * 11 + across * 5);
            head.lineTo(tip - unit * 11 - across * 5);
            head.closeSubpath();
            painter->fillPath(head, color);
        }
    }
    const QRectF rect = labelRect();
    if (rect.isEmpty())
        return;
    painter->setPen(Qt::NoPen);
    painter->setBrush(toneColor(Tone::Surface, m_palette));
    painter->drawRoundedRect(rect, rect.height() / 3, rect.height() / 3);
    painter->setFont(m_font);
    painter->setPen(toneColor(m_picture.kind == LinkKind::Up ? Tone::Muted : tone, m_palette));
    painter->drawText(rect, Qt::AlignCenter, label());
}

} // namespace clustd::monitor
