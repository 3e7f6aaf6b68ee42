#include "common/flat_header.h"

#include "common/theme.h"

#include <QPainter>

namespace clustd::monitor {

FlatHeader::FlatHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsMovable(true);
    setHighlightSections(false);
}

QSize FlatHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), fontMetrics().height() * 19 / 10};
}

void FlatHeader::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), toneColor(Tone::Surface, palette()));
    painter.setPen(QPen(toneColor(Tone::Line, palette()), 0));
    painter.drawLine(viewport()->rect().bottomLeft(), viewport()->rect().bottomRight());
    painter.end();
    QHeaderView::paintEvent(event);
}

void FlatHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const int em = fontMetrics().height();
    const bool isSorting = isSortIndicatorShown() && sortIndicatorSection() == section;
    const bool isRight
        = (model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt()
              & int(Qt::AlignRight))
        != 0;
    QRect place = rect.adjusted(em / 2, 0, -em / 2, 0);
    if (m_signed.contains(section))
        place.setLeft(place.left() + em * 9 / 10 + em / 3);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(rect.adjusted(0, 0, 0, -1), toneColor(Tone::Surface, palette()));
    painter->setPen(QPen(toneColor(Tone::Line, palette()), 0));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    small.setBold(isSorting);
    painter->setFont(small);
    const QFontMetrics metrics(small);
    const int arrow = isSorting ? em * 8 / 10 : 0;
    const QString title
        = metrics.elidedText(model()->headerData(section, Qt::Horizontal).toString(),
            Qt::ElideRight, place.width() - arrow);
    const int left = isRight ? place.right() - metrics.horizontalAdvance(title) : place.left();
    painter->setPen(toneColor(isSorting ? Tone::Text : Tone::Muted, palette()));
    painter->drawText(QRect(left, place.top(), place.right() - left + 1, place.height()),
        Qt::AlignLeft | Qt::AlignVCenter, title);
    if (isSorting) {
        const double size = em * 0.2;
        const double up = sortIndicatorOrder() == Qt::AscendingOrder ? -1 : 1;
        const QPointF middle(
            isRight ? left - em * 0.4 : left + metrics.horizontalAdvance(title) + em * 0.4,
            place.center().y() + 0.5);
        painter->setPen(Qt::NoPen);
        painter->setBrush(toneColor(Tone::Accent, palette()));
        painter->drawPolygon(QPolygonF({{middle.x() - size, middle.y() - up * size * 0.6},
            {middle.x() + size, middle.y() - up * size * 0.6},
            {middle.x(), middle.y() + up * size * 0.8}}));
    }
    painter->restore();
}

} // namespace clustd::monitor
