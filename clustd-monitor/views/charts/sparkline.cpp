#include "charts/sparkline.h"

#include "charts/strokes.h"
#include "charts/ticks.h"
#include "common/theme.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace clustd::monitor {

namespace {

/// What all share: until when, and between which values.
struct Frame
{
    qint64 fromMs = 0;
    qint64 toMs = 0;
    double low = 0;
    double high = 0;
    bool isEmpty = true;
};

Frame frameOf(const std::vector<const Series *> &all, qint64 spanMs)
{
    Frame frame;
    for (const Series *series : all) {
        if (!series->isEmpty())
            frame.toMs = std::max(frame.toMs, series->last().timeMs);
    }
    frame.fromMs = frame.toMs - spanMs;
    for (const Series *series : all) {
        const SeriesSummary summary = summaryOf(*series, frame.fromMs, frame.toMs);
        if (summary.count == 0)
            continue;
        frame.low = frame.isEmpty ? summary.min : std::min(frame.low, summary.min);
        frame.high = frame.isEmpty ? summary.max : std::max(frame.high, summary.max);
        frame.isEmpty = false;
    }
    return frame;
}

} // namespace

void paintSparklines(QPainter &painter, const QRectF &rect, const std::vector<const Series *> &all,
    const QColor &color, qint64 spanMs)
{
    const Frame frame = frameOf(all, spanMs);
    if (frame.isEmpty || rect.width() < 4 || rect.height() < 4)
        return;
    const double range = frame.high - frame.low;
    const QRectF inner = rect.adjusted(1.5, 1.5, -2.5, -1.5);
    const auto pointOf = [&](const QPointF &point) {
        const double share = range > 0 ? (point.y() - frame.low) / range : 0.5;
        return QPointF(inner.left() + point.x() / static_cast<double>(spanMs) * inner.width(),
            inner.bottom() - share * inner.height());
    };
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor line = color;
    if (all.size() > 1)
        line.setAlphaF(std::max(0.35F, 1.0F - 0.12F * static_cast<float>(all.size())));
    painter.setPen(QPen(line, 1.1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    QPointF end;
    qint64 endMs = 0;
    for (const Series *series : all) {
        for (QPolygonF stroke : strokesOf(
                 *series, frame.fromMs, frame.toMs, std::max(1, static_cast<int>(inner.width())))) {
            std::transform(stroke.begin(), stroke.end(), stroke.begin(), pointOf);
            if (stroke.size() == 1)
                painter.drawPoint(stroke.front());
            painter.drawPolyline(stroke);
        }
        if (!series->isEmpty() && series->last().timeMs >= endMs) {
            const Sample &last = series->last();
            endMs = last.timeMs;
            end = pointOf({static_cast<double>(last.timeMs - frame.fromMs), double(last.value)});
        }
    }
    if (all.size() == 1) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(end, 1.9, 1.9);
    }
    painter.restore();
}

void paintSparkline(
    QPainter &painter, const QRectF &rect, const Series &series, const QColor &color, qint64 spanMs)
{
    paintSparklines(painter, rect, {&series}, color, spanMs);
}

SparklineLabel::SparklineLabel(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SparklineLabel::setSource(Source source, qint64 spanMs)
{
    m_source = std::move(source);
    m_spanMs = spanMs;
    update();
}

void SparklineLabel::refresh()
{
    update();
}

bool SparklineLabel::isEmpty() const
{
    return !m_source || frameOf(m_source(), m_spanMs).isEmpty;
}

QSize SparklineLabel::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.averageCharWidth() * 24, metrics.height() * 2};
}

QSize SparklineLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 10, sizeHint().height()};
}

void SparklineLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const std::vector<const Series *> all = m_source ? m_source() : std::vector<const Series *>();
    const Frame frame = frameOf(all, m_spanMs);
    painter.setPen(toneColor(Tone::Muted, palette()));
    if (frame.isEmpty) {
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, tr("nothing measured yet"));
        return;
    }
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const QString high = valueWords(frame.high);
    const QString low = valueWords(frame.low);
    // Room for figures that grow, so that the line does not jump about.
    const int room = std::max({metrics.horizontalAdvance(valueWords(888.8)),
        metrics.horizontalAdvance(high), metrics.horizontalAdvance(low)});
    const QRect words(width() - room, 0, room, height());
    painter.drawText(words, Qt::AlignRight | Qt::AlignTop, high);
    painter.drawText(words, Qt::AlignRight | Qt::AlignBottom, low);
    paintSparklines(painter, QRectF(0, 0, width() - room - metrics.averageCharWidth(), height()),
        all, toneColor(Tone::Accent, palette()), m_spanMs);
}

} // namespace clustd::monitor
