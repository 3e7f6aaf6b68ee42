#include "charts/chart_widget.h"

#include "charts/strokes.h"
#include "charts/ticks.h"
#include "common/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kTicks = 4;
/// A bar is cut off beyond so many times the limit, else one long outage flattens all others.
constexpr double kBarsAboveMark = 3.0;
constexpr double kZoomStep = 1.25;
/// How near the mouse must be to a bar, in pixels.
constexpr double kReach = 8;

} // namespace

ChartWidget::ChartWidget(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ChartWidget::setSource(Source source)
{
    m_source = std::move(source);
    m_colours.clear();
    build();
}

void ChartWidget::setRange(ChartRange range)
{
    if (range == m_range)
        return;
    m_range = range;
    build();
}

void ChartWidget::refresh()
{
    build();
}

void ChartWidget::setCrosshair(std::optional<qint64> timeMs)
{
    if (timeMs == m_crosshair)
        return;
    m_crosshair = timeMs;
    update();
}

void ChartWidget::setMoment(std::optional<qint64> timeMs)
{
    if (timeMs == m_moment)
        return;
    m_moment = timeMs;
    invalidate();
}

bool ChartWidget::isEmpty() const
{
    return m_picture.lines.empty() && m_picture.bars.empty();
}

/// Reads the source for the present range and width.
void ChartWidget::build()
{
    Picture picture;
    picture.range = m_range;
    if (m_source && m_range.spanMs() > 0) {
        ChartData made = m_source();
        const int columns = std::max(1, static_cast<int>(m_plot.width() * devicePixelRatioF()));
        std::stable_sort(made.lines.begin(), made.lines.end(),
            [](const ChartLine &a, const ChartLine &b) { return a.isThin && !b.isThin; });
        for (const ChartLine &line : made.lines) {
            const SeriesSummary summary = summaryOf(*line.series, m_range.fromMs, m_range.toMs);
            if (summary.count == 0)
                continue;
            picture.lines.push_back({line.name, valueWords(summary.last), line.isThin ? -1 : 0,
                strokesOf(*line.series, m_range.fromMs, m_range.toMs, columns)});
        }
        giveColours(picture.lines);
        for (ChartBar &bar : made.bars) {
            if (bar.timeMs >= m_range.fromMs && bar.timeMs <= m_range.toMs)
                picture.bars.push_back(std::move(bar));
        }
        picture.marks = std::move(made.marks);
        picture.zone = std::move(made.zone);
        picture.summary = std::move(made.summary);
        picture.emptyText = std::move(made.emptyText);
    }
    scale(picture);
    if (picture == m_picture)
        return;
    m_picture = std::move(picture);
    setAccessibleDescription(m_picture.lines.empty() && m_picture.bars.empty() ? m_picture.emptyText
                                                                               : m_picture.summary);
    layOut();
    invalidate();
}

/// A line that had a colour keeps it; the others take what is free.
void ChartWidget::giveColours(std::vector<Line> &lines)
{
    QHash<QString, int> kept;
    std::vector<bool> isTaken(kColours, false);
    for (const bool isKnown : {true, false}) {
        for (Line &line : lines) {
            const auto it = m_colours.constFind(line.name);
            if (line.colour < 0 || kept.contains(line.name)
                || (it != m_colours.constEnd()) != isKnown)
                continue;
            int colour = isKnown ? *it : 0;
            while (!isKnown && colour < kColours && isTaken[static_cast<std::size_t>(colour)])
                ++colour;
            line.colour = colour < kColours ? colour : -1;
            if (line.colour < 0)
                continue;
            isTaken[static_cast<std::size_t>(colour)] = true;
            kept.insert(line.name, colour);
        }
    }
    m_colours = kept;
}

void ChartWidget::scale(Picture &picture) const
{
    double top = 0;
    for (const Line &line : picture.lines) {
        for (const QPolygonF &stroke : line.strokes) {
            for (const QPointF &point : stroke)
                top = std::max(top, point.y());
        }
    }
    double limit = 0;
    for (const ChartMark &mark : picture.marks)
        limit = std::max(limit, mark.value);
    for (const ChartBar &bar : picture.bars)
        top = std::max(top, limit > 0 ? std::min(bar.value, kBarsAboveMark * limit) : bar.value);
    top = std::max(top, limit) * 1.08;
    if (top <= 0)
        top = 1;
    picture.step = niceStep(top, kTicks);
    picture.top = std::ceil(top / picture.step - 1e-9) * picture.step;
}

QFont ChartWidget::smallFont() const
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    return small;
}

/// Where the frame lies: under the title and the legend, right of the figures.
void ChartWidget::layOut()
{
    const QFontMetrics metrics(smallFont());
    const int em = fontMetrics().height();
    const double margin = em * 0.7;
    int figures = 0;
    for (double value = 0; value <= m_picture.top * 1.001; value += m_picture.step)
        figures = std::max(figures, metrics.horizontalAdvance(valueWords(value, m_picture.step)));
    const LegendLayout legend = legendLayout();
    m_legendRows = legend.rows;
    const double top = margin + em * 1.3 + m_legendRows * metrics.height() * 1.25 + em * 0.7;
    const double left = margin + figures + em * 0.4;
    const double bottom = height() - margin - metrics.height() - em * 0.15;
    const QRectF plot(QPointF(left, top), QPointF(width() - margin, std::max(top + 1, bottom)));
    if (plot == m_plot)
        return;
    const bool isOtherWidth = plot.width() != m_plot.width();
    m_plot = plot;
    invalidate();
    if (isOtherWidth)
        build();
}

/// Entries in columns as wide as the widest, in as few rows as they need; what does not fit can
/// still be pointed at.
ChartWidget::LegendLayout ChartWidget::legendLayout() const
{
    const QFontMetricsF metrics(smallFont());
    const int em = fontMetrics().height();
    const double room = width() - em * 1.4;
    LegendLayout layout;
    for (const Line &line : m_picture.lines) {
        if (line.colour < 0 || line.name.isEmpty())
            continue;
        ++layout.entries;
        layout.entryWidth = std::max(layout.entryWidth,
            em * 2.6 + metrics.horizontalAdvance(line.name)
                + metrics.horizontalAdvance(u"88.88 ms"_s));
    }
    if (layout.entries == 0)
        return layout;
    layout.entryWidth = std::min(layout.entryWidth, room);
    layout.columns = std::clamp(static_cast<int>(room / layout.entryWidth), 1, layout.entries);
    const int rowsMax = height() > em * 14 ? 3 : height() > em * 11 ? 2 : 1;
    layout.rows = std::min(rowsMax, (layout.entries + layout.columns - 1) / layout.columns);
    return layout;
}

void ChartWidget::invalidate()
{
    m_kept = {};
    update();
}

QColor ChartWidget::colourOf(int colour) const
{
    if (colour < 0)
        return toneColor(Tone::Line, palette());
    // Around the circle from the accent, neighbours far apart.
    static constexpr std::array kTurns{0, 170, 295, 75, 120, 230};
    const QColor accent = toneColor(Tone::Accent, palette());
    const int turn = kTurns[static_cast<std::size_t>(colour) % kTurns.size()];
    return QColor::fromHsl(
        (accent.hslHue() + turn) % 360, std::min(accent.hslSaturation(), 190), accent.lightness());
}

qint64 ChartWidget::timeAt(double x) const
{
    const double share = std::clamp((x - m_plot.left()) / std::max(1.0, m_plot.width()), 0.0, 1.0);
    return m_range.fromMs
        + static_cast<qint64>(std::llround(share * static_cast<double>(m_range.spanMs())));
}

QPointF ChartWidget::pointOf(qint64 timeMs, double value) const
{
    const double share = static_cast<double>(timeMs - m_range.fromMs)
        / static_cast<double>(std::max<qint64>(1, m_range.spanMs()));
    return {m_plot.left() + share * m_plot.width(),
        m_plot.bottom() - value / m_picture.top * m_plot.height()};
}

std::optional<QPointF> ChartWidget::sampleAt(const Line &line, qint64 timeMs) const
{
    const auto x = static_cast<double>(timeMs - m_range.fromMs);
    // Not farther than one may point beside it: a gap has no value.
    double best = static_cast<double>(m_range.spanMs()) / 40.0;
    std::optional<QPointF> found;
    for (const QPolygonF &stroke : line.strokes) {
        const auto it = std::lower_bound(stroke.begin(), stroke.end(), x,
            [](const QPointF &point, double value) { return point.x() < value; });
        for (auto near : {it, it == stroke.begin() ? it : it - 1}) {
            if (near == stroke.end() || std::abs(near->x() - x) > best || near->x() < 0
                || near->x() > static_cast<double>(m_range.spanMs()))
                continue;
            best = std::abs(near->x() - x);
            found = *near;
        }
    }
    return found;
}

const ChartBar *ChartWidget::barAt(qint64 timeMs) const
{
    const ChartBar *best = nullptr;
    double distance = kReach;
    for (const ChartBar &bar : m_picture.bars) {
        const double away = std::abs(pointOf(bar.timeMs, 0).x() - pointOf(timeMs, 0).x());
        if (away <= distance) {
            best = &bar;
            distance = away;
        }
    }
    return best;
}

QStringList ChartWidget::readingAt(qint64 timeMs) const
{
    QStringList rows;
    const ChartBar *bar = barAt(timeMs);
    rows.append(timeWords(bar ? bar->timeMs : timeMs, m_range.toMs).chopped(4));
    if (bar)
        rows.append(bar->text);
    std::vector<std::pair<double, QString>> values;
    for (const Line &line : m_picture.lines) {
        if (line.colour < 0)
            continue;
        if (const std::optional<QPointF> point = sampleAt(line, timeMs))
            values.emplace_back(point->y(),
                line.name.isEmpty() ? valueWords(point->y())
                                    : u"%1  %2"_s.arg(line.name, valueWords(point->y())));
    }
    std::stable_sort(values.begin(), values.end(),
        [](const auto &a, const auto &b) { return a.first > b.first; });
    for (const auto &[value, text] : values)
        rows.append(text);
    return rows;
}

QSize ChartWidget::sizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 24, em * 13};
}

QSize ChartWidget::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 14, em * 9};
}

void ChartWidget::paintEvent(QPaintEvent *)
{
    const double ratio = devicePixelRatioF();
    const QSize pixels = size() * ratio;
    if (m_kept.isNull() || m_kept.size() != pixels || m_kept.devicePixelRatio() != ratio) {
        m_kept = QPixmap(pixels);
        m_kept.setDevicePixelRatio(ratio);
        m_kept.fill(Qt::transparent);
        QPainter picture(&m_kept);
        picture.setFont(font());
        paintPicture(picture);
        ++m_paintCount;
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_kept);
    if (m_crosshair && !isEmpty())
        paintCrosshair(painter);
}

void ChartWidget::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void ChartWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
        || event->type() == QEvent::StyleChange) {
        layOut();
        invalidate();
    }
}

void ChartWidget::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (m_dragX) {
        const double share = (*m_dragX - x) / std::max(1.0, m_plot.width());
        const auto byMs
            = static_cast<qint64>(std::llround(share * static_cast<double>(m_range.spanMs())));
        if (byMs != 0) {
            m_dragX = x;
            Q_EMIT panAsked(byMs);
        }
        return;
    }
    m_isHovered = m_plot.contains(event->position());
    if (m_isHovered)
        Q_EMIT hovered(timeAt(x));
    else
        Q_EMIT hovered(std::nullopt);
}

void ChartWidget::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_plot.contains(event->position()))
        return;
    m_dragX = event->position().x();
    setCursor(Qt::ClosedHandCursor);
}

void ChartWidget::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragX.reset();
    unsetCursor();
}

void ChartWidget::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_isHovered = false;
    Q_EMIT hovered(std::nullopt);
}

void ChartWidget::wheelEvent(QWheelEvent *event)
{
    // Over the words the wheel scrolls what is around, as everywhere.
    const int turn = event->angleDelta().y();
    if (turn == 0 || !m_plot.contains(event->position())) {
        event->ignore();
        return;
    }
    Q_EMIT zoomAsked(std::pow(kZoomStep, -turn / 120.0), timeAt(event->position().x()));
    event->accept();
}

void ChartWidget::keyPressEvent(QKeyEvent *event)
{
    const qint64 middleMs = m_range.fromMs + m_range.spanMs() / 2;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        Q_EMIT zoomAsked(1 / kZoomStep, middleMs);
        break;
    case Qt::Key_Minus:
        Q_EMIT zoomAsked(kZoomStep, middleMs);
        break;
    case Qt::Key_Left:
        Q_EMIT panAsked(-m_range.spanMs() / 8);
        break;
    case Qt::Key_Right:
        Q_EMIT panAsked(m_range.spanMs() / 8);
        break;
    case Qt::Key_End:
        Q_EMIT liveAsked();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void ChartWidget::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    invalidate();
}

void ChartWidget::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    invalidate();
}

} // namespace clustd::monitor
