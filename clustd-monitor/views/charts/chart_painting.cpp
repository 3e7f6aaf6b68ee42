// How a ChartWidget looks: the picture that it keeps, and the cross-hair over it.

#include "charts/chart_widget.h"
#include "charts/ticks.h"
#include "common/time_ticks.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

void ChartWidget::paintPicture(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(toneColor(hasFocus() ? Tone::Accent : Tone::Line, palette()), 1));
    painter.setBrush(toneColor(Tone::Surface, palette()));
    const double radius = fontMetrics().height() * 0.4;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    paintTitle(painter);
    if (isEmpty()) {
        paintEmpty(painter);
        return;
    }
    paintLegend(painter);
    paintGrid(painter);
    painter.save();
    painter.setClipRect(m_plot.adjusted(0, -2, 1, 1));
    paintBars(painter);
    paintLines(painter);
    painter.restore();
    paintMarks(painter);
}

void ChartWidget::paintTitle(QPainter &painter) const
{
    const int em = fontMetrics().height();
    const double margin = em * 0.7;
    const QRectF row(margin, margin, width() - 2 * margin, em * 1.3);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(toneColor(Tone::Text, palette()));
    const double titleWidth = QFontMetricsF(bold).horizontalAdvance(m_title);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.setFont(smallFont());
    painter.setPen(toneColor(Tone::Muted, palette()));
    const QFontMetricsF metrics(smallFont());
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(m_picture.summary, Qt::ElideRight, row.width() - titleWidth - em));
}

void ChartWidget::paintLegend(QPainter &painter) const
{
    if (m_legendRows == 0)
        return;
    const QFontMetricsF metrics(smallFont());
    const int em = fontMetrics().height();
    const double margin = em * 0.7;
    std::vector<const Line *> named;
    for (const Line &line : m_picture.lines) {
        if (line.colour >= 0 && !line.name.isEmpty())
            named.push_back(&line);
    }
    const LegendLayout layout = legendLayout();
    const int columns = layout.columns;
    const double columnWidth = layout.entryWidth;
    const double rowHeight = metrics.height() * 1.25;
    painter.setFont(smallFont());
    for (int i = 0; i < std::min(static_cast<int>(named.size()), columns * m_legendRows); ++i) {
        const Line &line = *named[static_cast<std::size_t>(i)];
        const int row = i / columns;
        const QRectF place(margin + i % columns * columnWidth, margin + em * 1.3 + row * rowHeight,
            columnWidth - em * 0.6, rowHeight);
        const double sample = em * 0.8;
        painter.setPen(QPen(colourOf(line.colour), 2.2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(place.left() + 1, place.center().y()),
            QPointF(place.left() + sample, place.center().y()));
        const double value = metrics.horizontalAdvance(line.last) + em * 0.4;
        const QRectF words = place.adjusted(sample + em * 0.35, 0, -value, 0);
        painter.setPen(toneColor(Tone::Muted, palette()));
        const QString name = metrics.elidedText(line.name, Qt::ElideMiddle, words.width());
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.setPen(toneColor(Tone::Text, palette()));
        painter.drawText(QPointF(words.left() + metrics.horizontalAdvance(name) + em * 0.4,
                             place.center().y() + (metrics.ascent() - metrics.descent()) / 2),
            line.last);
    }
}

void ChartWidget::paintGrid(QPainter &painter) const
{
    const QFontMetricsF metrics(smallFont());
    const int em = fontMetrics().height();
    painter.setFont(smallFont());
    QColor grid = toneColor(Tone::Line, palette());
    grid.setAlphaF(0.6F);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_picture.zone) {
        const QRectF zone(
            QPointF(m_plot.left(), pointOf(0, m_picture.zone->value).y()), m_plot.bottomRight());
        painter.fillRect(zone, toneWash(m_picture.zone->tone, palette()));
    }
    for (double value = 0; value <= m_picture.top * 1.001; value += m_picture.step) {
        const double y = std::round(pointOf(0, value).y());
        painter.setPen(QPen(value == 0 ? toneColor(Tone::Line, palette()) : grid, 1));
        painter.drawLine(QPointF(m_plot.left(), y), QPointF(m_plot.right(), y));
        painter.setPen(toneColor(Tone::Muted, palette()));
        painter.drawText(
            QRectF(0, y - metrics.height() / 2, m_plot.left() - em * 0.4, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter,
            value == 0 ? u"0"_s : valueWords(value, m_picture.step));
    }
    const int count
        = static_cast<int>(m_plot.width() / (metrics.horizontalAdvance(u"00:00:00"_s) + em * 2.0));
    for (const TimeTick &tick : timeTicks(m_range.fromMs, m_range.toMs, std::max(1, count))) {
        const double x = std::round(pointOf(tick.timeMs, 0).x());
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
        painter.setPen(toneColor(Tone::Muted, palette()));
        const double half = metrics.horizontalAdvance(tick.text) / 2;
        const double left = std::clamp(x - half, m_plot.left(), m_plot.right() - 2 * half);
        painter.drawText(QPointF(left, m_plot.bottom() + em * 0.15 + metrics.ascent()), tick.text);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_moment && *m_moment >= m_range.fromMs && *m_moment <= m_range.toMs) {
        const double x = pointOf(*m_moment, 0).x();
        painter.setPen(QPen(toneColor(Tone::Accent, palette()), 1.4));
        painter.drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
    }
}

void ChartWidget::paintLines(QPainter &painter) const
{
    const double perMs
        = m_plot.width() / static_cast<double>(std::max<qint64>(1, m_range.spanMs()));
    const double perValue = m_plot.height() / m_picture.top;
    const bool isSingle = m_picture.lines.size() == 1;
    for (const Line &line : m_picture.lines) {
        QColor colour = colourOf(line.colour);
        for (QPolygonF stroke : line.strokes) {
            for (QPointF &point : stroke)
                point = {m_plot.left() + point.x() * perMs, m_plot.bottom() - point.y() * perValue};
            if (isSingle && !m_picture.zone && stroke.size() > 1) {
                QPolygonF area = stroke;
                area.append(QPointF(stroke.back().x(), m_plot.bottom()));
                area.append(QPointF(stroke.front().x(), m_plot.bottom()));
                QColor wash = colour;
                wash.setAlphaF(0.10F);
                painter.setPen(Qt::NoPen);
                painter.setBrush(wash);
                painter.drawPolygon(area);
            }
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(
                colour, line.colour < 0 ? 1.0 : 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            if (stroke.size() == 1)
                painter.drawEllipse(stroke.front(), 1.2, 1.2);
            else
                painter.drawPolyline(stroke);
        }
    }
}

void ChartWidget::paintBars(QPainter &painter) const
{
    double limit = m_picture.top;
    for (const ChartMark &mark : m_picture.marks)
        limit = std::min(limit, mark.value);
    const QFontMetricsF metrics(smallFont());
    const double width = std::clamp(m_plot.width() / 60, 4.0, 12.0);
    double wordsEnd = -1e9;
    painter.setFont(smallFont());
    for (const ChartBar &bar : m_picture.bars) {
        const bool isLate = !m_picture.marks.empty() && bar.value > limit;
        const QColor colour = toneColor(isLate ? Tone::Bad : Tone::Good, palette());
        const QPointF top = pointOf(bar.timeMs, std::min(bar.value, m_picture.top));
        // A change without a gap still happened.
        const double height = std::max(3.0, m_plot.bottom() - top.y());
        const QRectF body(top.x() - width / 2, m_plot.bottom() - height, width, height);
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        path.addRoundedRect(body, width / 3, width / 3);
        path.addRect(body.adjusted(0, std::min(height / 2, width / 3), 0, 0));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPath(path.simplified());
        const bool isCut = bar.value > m_picture.top;
        const QString text = isCut ? u"↑ "_s + valueWords(bar.value) : valueWords(bar.value);
        const double words = metrics.horizontalAdvance(text);
        double left = std::clamp(top.x() - words / 2, m_plot.left() + 2,
            std::max(m_plot.left() + 2, m_plot.right() - words));
        double baseline = body.top() - metrics.descent() - 1;
        if (baseline - metrics.ascent() < m_plot.top()) {
            baseline = m_plot.top() + metrics.ascent();
            left = top.x() + width / 2 + 3;
            if (left + words > m_plot.right())
                left = top.x() - width / 2 - 3 - words;
        }
        if (left < wordsEnd + 4)
            continue;
        wordsEnd = left + words;
        painter.setPen(toneColor(isLate ? Tone::Bad : Tone::Muted, palette()));
        painter.drawText(QPointF(left, baseline), text);
    }
}

void ChartWidget::paintMarks(QPainter &painter) const
{
    const QFontMetricsF metrics(smallFont());
    painter.setFont(smallFont());
    const auto name = [&](const QString &text, double y, Tone tone) {
        const QRectF words(m_plot.right() - metrics.horizontalAdvance(text) - 8, y,
            metrics.horizontalAdvance(text) + 6, metrics.height());
        QColor ground = toneColor(Tone::Surface, palette());
        ground.setAlphaF(0.8F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(words, 3, 3);
        painter.setPen(toneColor(tone, palette()));
        painter.drawText(words, Qt::AlignCenter, text);
    };
    for (const ChartMark &mark : m_picture.marks) {
        if (mark.value > m_picture.top)
            continue;
        const double y = pointOf(0, mark.value).y();
        painter.setPen(QPen(toneColor(mark.tone, palette()), 1.2, Qt::DashLine));
        painter.drawLine(QPointF(m_plot.left(), y), QPointF(m_plot.right(), y));
        const bool hasRoomAbove = y - metrics.height() - 1 >= m_plot.top();
        name(mark.name, hasRoomAbove ? y - metrics.height() - 1 : y + 1, mark.tone);
    }
    if (m_picture.zone) {
        const double y = pointOf(0, m_picture.zone->value).y();
        name(m_picture.zone->name, y + 2, m_picture.zone->tone);
    }
}

void ChartWidget::paintEmpty(QPainter &painter) const
{
    const int em = fontMetrics().height();
    const QRectF place = QRectF(rect()).adjusted(em, em * 2, -em, -em);
    const QString text
        = m_picture.emptyText.isEmpty() ? tr("nothing measured yet") : m_picture.emptyText;
    const int size = em * 2;
    const QPixmap sign = icon(u"clock"_s, Tone::Off, palette(), size, devicePixelRatioF());
    const QRectF words = QFontMetricsF(font()).boundingRect(
        place, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, text);
    const double top = place.center().y() - (size + em * 0.5 + words.height()) / 2;
    painter.drawPixmap(QPointF(place.center().x() - size / 2.0, top), sign);
    painter.setFont(font());
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawText(
        QRectF(place.left(), top + size + em * 0.5, place.width(), words.height() + em),
        Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, text);
}

void ChartWidget::paintCrosshair(QPainter &painter) const
{
    if (*m_crosshair < m_range.fromMs || *m_crosshair > m_range.toMs)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    const double x = pointOf(*m_crosshair, 0).x();
    painter.setPen(QPen(toneColor(Tone::Muted, palette()), 1));
    painter.drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
    painter.setPen(QPen(toneColor(Tone::Surface, palette()), 1.5));
    for (const Line &line : m_picture.lines) {
        if (line.colour < 0)
            continue;
        if (const std::optional<QPointF> sample = sampleAt(line, *m_crosshair)) {
            painter.setBrush(colourOf(line.colour));
            painter.drawEllipse(
                pointOf(m_range.fromMs + static_cast<qint64>(sample->x()), sample->y()), 3.5, 3.5);
        }
    }
    const QStringList rows = readingAt(*m_crosshair);
    // Elsewhere the line is enough, unless there is one single value to say.
    if (!m_isHovered && rows.size() != 2)
        return;
    QFont small = smallFont();
    const QFontMetricsF metrics(small);
    double wide = 0;
    for (const QString &row : rows)
        wide = std::max(wide, metrics.horizontalAdvance(row));
    const double pad = metrics.height() * 0.4;
    const QSizeF size(
        wide + 2 * pad, metrics.height() * static_cast<double>(rows.size()) + 2 * pad);
    QRectF box(QPointF(x + 10, m_plot.top() + 4), size);
    if (box.right() > m_plot.right())
        box.moveRight(x - 10);
    painter.setPen(QPen(toneColor(Tone::Line, palette()), 1));
    painter.setBrush(toneColor(Tone::Surface, palette()));
    painter.drawRoundedRect(box, 4, 4);
    painter.setFont(small);
    for (int i = 0; i < rows.size(); ++i) {
        painter.setPen(toneColor(i == 0 ? Tone::Muted : Tone::Text, palette()));
        painter.drawText(
            QPointF(box.left() + pad, box.top() + pad + metrics.height() * i + metrics.ascent()),
            rows[i]);
    }
}

} // namespace clustd::monitor
