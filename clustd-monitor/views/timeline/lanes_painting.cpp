#include "common/time_ticks.h"
#include "timeline/lanes_widget.h"

#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t kRoundSegmentsMax = 24;

/// Of the height of a lane.
double thickness(LaneState state)
{
    switch (state) {
    case LaneState::Active:
        return 0.66;
    case LaneState::Promoting:
    case LaneState::Demoting:
    case LaneState::Fencing:
        return 0.44;
    case LaneState::Down:
    case LaneState::Maintenance:
        return 0.36;
    case LaneState::Follower:
        return 0.24;
    case LaneState::Unknown:
        return 0;
    }
    return 0;
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int x, int y) {
        return static_cast<int>(std::lround(x * (1 - share) + y * share));
    };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

/// Tones are made for letters; a bar of the same hue may be brighter.
QColor brightColor(LaneState state, const QPalette &palette)
{
    QColor gold = toneColor(Tone::Master, palette);
    if (!isDark(palette))
        gold = QColor::fromHsvF(
            gold.hsvHueF(), gold.hsvSaturationF(), std::min(1.0F, gold.valueF() * 1.38F));
    const QColor surface = toneColor(Tone::Surface, palette);
    switch (state) {
    case LaneState::Active:
        return gold;
    case LaneState::Promoting:
        return mixed(gold, surface, 0.4);
    case LaneState::Follower:
        return mixed(toneColor(Tone::Good, palette), surface, 0.5);
    case LaneState::Unknown:
    case LaneState::Down:
    case LaneState::Demoting:
    case LaneState::Fencing:
    case LaneState::Maintenance:
        return toneColor(toneOf(state), palette);
    }
    return gold;
}

bool isHatched(LaneState state)
{
    return state == LaneState::Down || state == LaneState::Maintenance;
}

/// What must be seen however short it was.
double widthMin(LaneState state)
{
    switch (state) {
    case LaneState::Fencing:
    case LaneState::Down:
    case LaneState::Active:
        return 3;
    case LaneState::Promoting:
    case LaneState::Demoting:
        return 2;
    case LaneState::Unknown:
    case LaneState::Follower:
    case LaneState::Maintenance:
        return 1;
    }
    return 1;
}

QString momentText(qint64 timeMs, qint64 spanMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeMs);
    const QString clock = time.toString(spanMs > 600'000 ? u"HH:mm:ss"_s : u"HH:mm:ss.zzz"_s);
    return time.date() == QDate::currentDate()
        ? clock
        : QLocale().toString(time.date(), u"d MMM"_s) + u' ' + clock;
}

} // namespace

void LanesWidget::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize();
    if (!m_isKept || m_kept.size() != pixels)
        paintKept();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_kept);
    painter.setRenderHint(QPainter::Antialiasing);
    paintOver(painter);
}

void LanesWidget::paintKept()
{
    ++m_paintCount;
    m_isKept = true;
    const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize();
    if (m_kept.size() != pixels)
        m_kept = QPixmap(pixels);
    m_kept.setDevicePixelRatio(devicePixelRatioF());
    for (std::size_t i = 0; i < m_barColors.size(); ++i)
        m_barColors[i] = brightColor(static_cast<LaneState>(i), palette());
    m_kept.fill(toneColor(Tone::Surface, palette()));
    m_shownMarks = m_cluster ? m_marks.merged(scale(), markSizes()) : std::vector<MergedMark>();
    QPainter painter(&m_kept);
    painter.setFont(font());
    paintAxis(painter);
    if (m_machines.isEmpty()) {
        paintEmpty(painter);
        return;
    }
    const QRect plot = plotRect();
    painter.save();
    painter.setClipRect(0, 0, plot.right() + 1, plot.height());
    const int first = m_scroll->value() / m_rowHeight;
    for (int i = first; i < m_machines.size(); ++i) {
        const QRect row(
            plot.left(), i * m_rowHeight - m_scroll->value(), plot.width(), m_rowHeight);
        if (row.top() > plot.bottom())
            break;
        paintLane(painter, m_machines[i], row);
    }
    painter.restore();
    paintMarks(painter);
}

QColor LanesWidget::barColor(LaneState state) const
{
    return m_barColors[static_cast<std::size_t>(state)];
}

void LanesWidget::paintEmpty(QPainter &painter) const
{
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawText(rect().adjusted(0, 0, 0, -m_axisHeight), Qt::AlignCenter,
        m_cluster ? tr("No events yet") : tr("No cluster"));
}

void LanesWidget::paintLane(QPainter &painter, const QString &machine, const QRect &row) const
{
    const int em = fontMetrics().height();
    const bool isSelected = m_cluster->selected() == machine;
    if (isSelected) {
        painter.fillRect(
            QRect(0, row.top(), row.right() + 1, row.height()), toneWash(Tone::Accent, palette()));
        painter.fillRect(QRect(0, row.top(), std::max(2, em / 6), row.height()),
            toneColor(Tone::Accent, palette()));
    }
    QFont name = font();
    name.setBold(isSelected);
    painter.setFont(name);
    painter.setPen(toneColor(Tone::Text, palette()));
    const QRect place(em * 3 / 4, row.top(), m_nameWidth - em, row.height());
    painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        QFontMetrics(name).elidedText(machine, Qt::ElideMiddle, place.width()));
    painter.setPen(QPen(toneColor(Tone::Line, palette()), 0));
    painter.drawLine(
        QPointF(row.left(), row.bottom() + 0.5), QPointF(row.right(), row.bottom() + 0.5));

    const auto lane = m_lanes.constFind(machine);
    if (lane == m_lanes.constEnd())
        return;
    const std::vector<LaneSegment> segments
        = laneSegments(m_cluster->replay().lane(*lane), scale(), endMs());
    // Round ends are for lanes that are read; where all is small they would only cost time.
    const bool isRound = segments.size() <= kRoundSegmentsMax;
    painter.setRenderHint(QPainter::Antialiasing, isRound);
    for (const LaneSegment &segment : segments) {
        if (!segment.isCrumb)
            paintSegment(painter, segment, row, isRound);
    }
    // What is shorter than a pixel stands out from what is beside it.
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const LaneSegment &segment : segments) {
        if (segment.isCrumb)
            paintSegment(painter, segment, row, false);
    }
}

void LanesWidget::paintSegment(
    QPainter &painter, const LaneSegment &segment, const QRect &row, bool isRound) const
{
    const double height = std::max(3.0, std::round(row.height() * thickness(segment.state)));
    double x0 = segment.x0;
    double x1 = segment.x1;
    if (const double least = widthMin(segment.state); x1 - x0 < least) {
        const double middle = (x0 + x1) / 2;
        x0 = middle - least / 2;
        x1 = middle + least / 2;
    }
    const QRectF bar(
        row.left() + x0, row.top() + std::floor((row.height() - 1 - height) / 2), x1 - x0, height);
    if (isHatched(segment.state) && bar.width() >= 4) {
        painter.drawTiledPixmap(bar, hatch(toneOf(segment.state), static_cast<int>(height)),
            QPointF(std::fmod(bar.left(), height), 0));
        return;
    }
    const QColor color = barColor(segment.state);
    const double radius
        = std::min({height / 2, bar.width() / 2, segment.state == LaneState::Active ? 2.5 : 2.0});
    if (isRound && bar.width() >= 5) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(bar, radius, radius);
    } else {
        painter.fillRect(bar, color);
    }
    if (segment.state == LaneState::Active)
        paintTermLabel(painter, segment, bar);
}

void LanesWidget::paintTermLabel(
    QPainter &painter, const LaneSegment &segment, const QRectF &bar) const
{
    QFont small = smallFont();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    small.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(small);
    const QString text = tr("term %1").arg(segment.term);
    const double room = bar.width() - metrics.height();
    if (bar.height() < metrics.ascent() || metrics.horizontalAdvance(text) > room)
        return;
    const QColor under = barColor(LaneState::Active);
    painter.setFont(small);
    painter.setPen(under.lightness() > 100 ? QColor(0x2a, 0x1e, 0x00) : QColor(Qt::white));
    painter.drawText(bar.adjusted(metrics.height() / 2.0, 0, 0, 0),
        Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
}

/// A square tile of stripes at 45 degrees, so that it fits to itself on both sides.
const QPixmap &LanesWidget::hatch(Tone tone, int height) const
{
    const double ratio = devicePixelRatioF();
    QPixmap &tile = m_hatches[u"%1/%2/%3"_s.arg(static_cast<int>(tone)).arg(height).arg(ratio)];
    if (!tile.isNull())
        return tile;
    const int side = static_cast<int>(std::lround(height * ratio));
    tile = QPixmap(side, side);
    tile.setDevicePixelRatio(ratio);
    const QColor color = toneColor(tone, palette());
    const QColor surface = toneColor(Tone::Surface, palette());
    const double share = tone == Tone::Bad ? 0.12 : 0.3;
    tile.fill(mixed(color, surface, tone == Tone::Bad ? 0.78 : 0.84));
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mixed(color, surface, share), std::max(1.6, height * 0.3)));
    for (const double shift : {-1.0, 0.0, 1.0})
        painter.drawLine(QPointF(shift * height - height * 0.5, height * 1.5),
            QPointF(shift * height + height * 1.5, -height * 0.5));
    return tile;
}

void LanesWidget::paintAxis(QPainter &painter)
{
    m_tickLabels.clear();
    const QRect plot = plotRect();
    const QRect axis = axisRect();
    const int em = fontMetrics().height();
    const QFont small = smallFont();
    const QFontMetrics metrics(small);
    const QColor line = toneColor(Tone::Line, palette());
    const int room = metrics.horizontalAdvance(widestTick(m_window.span())) + em * 3;
    const std::vector<TimeTick> ticks
        = timeTicks(m_window.fromMs, m_window.toMs, std::max(2, plot.width() / room));
    const int textTop = axis.top() + m_markHeight;
    painter.setFont(small);
    // Which day it is stands once, where nothing else does.
    const QDate date = QDateTime::fromMSecsSinceEpoch(m_window.fromMs).date();
    const bool isYearNews = date.year() != QDate::currentDate().year();
    const QString day = QLocale().toString(date, isYearNews ? u"MMM yyyy"_s : u"d MMM"_s);
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawText(QPointF(em * 0.75, textTop + metrics.ascent()), day);
    const double begin = std::max(double(plot.left()), em * 1.5 + metrics.horizontalAdvance(day));
    double right = begin - em;
    for (const TimeTick &tick : ticks) {
        const double x = std::round(plot.left() + scale().xOf(tick.timeMs));
        QColor faint = line;
        if (!tick.isDate)
            faint.setAlphaF(0.55F);
        painter.setPen(QPen(faint, 0));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, textTop));
        const int width = metrics.horizontalAdvance(tick.text);
        const double left
            = std::max(begin, std::min(x - width / 2.0, double(plot.right() - width)));
        if (left < right + em / 2.0)
            continue;
        right = left + width;
        QFont own = small;
        own.setBold(tick.isDate);
        painter.setFont(own);
        painter.setPen(toneColor(tick.isDate ? Tone::Text : Tone::Muted, palette()));
        painter.drawText(QPointF(left, textTop + metrics.ascent()), tick.text);
        m_tickLabels.emplace_back(left, textTop, width, metrics.height());
    }
    painter.setFont(small);
    painter.setPen(QPen(line, 0));
    painter.drawLine(
        QPointF(plot.left(), axis.top() + 0.5), QPointF(plot.right(), axis.top() + 0.5));
}

void LanesWidget::paintMarks(QPainter &painter) const
{
    const QRect axis = axisRect();
    const EventMarks::Sizes sizes = markSizes();
    const int size = static_cast<int>(std::lround(sizes.icon));
    const double top = axis.top() + std::floor((m_markHeight - size) / 2.0) + 1;
    painter.save();
    painter.setClipRect(axis.adjusted(-size, 0, size, 0));
    painter.setFont(smallFont());
    for (const MergedMark &mark : m_shownMarks) {
        double x = axis.left() + mark.x - mark.width / 2;
        const auto draw = [&](EventKind kind) {
            const Tone tone = kind == EventKind::Active ? Tone::Master : toneOf(weightOf(kind));
            painter.drawPixmap(
                QPointF(x, top), icon(iconOf(kind), tone, palette(), size, devicePixelRatioF()));
            x += size;
        };
        draw(mark.kind);
        const bool hasTwo = mark.hasActive && mark.kind != EventKind::Active;
        if (hasTwo)
            draw(EventKind::Active);
        if (mark.count() <= (hasTwo ? 2U : 1U))
            continue;
        painter.setPen(toneColor(Tone::Muted, palette()));
        painter.drawText(QRectF(x + sizes.gap / 2, axis.top() + 1, sizes.digit * 5, m_markHeight),
            Qt::AlignLeft | Qt::AlignVCenter,
            mark.count() > 99 ? u"99+"_s : QString::number(mark.count()));
    }
    painter.restore();
}

/// A line through all lanes and its time on the axis.
void LanesWidget::paintMoment(
    QPainter &painter, qint64 timeMs, const QString &text, Tone tone) const
{
    const QRect plot = plotRect();
    const QRect axis = axisRect();
    const double x = std::round(xOf(timeMs)) + 0.5;
    if (x < plot.left() - 1 || x > plot.right() + 2)
        return;
    const QColor color = toneColor(tone, palette());
    painter.setPen(QPen(color, tone == Tone::Accent ? 1.6 : 1));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, axis.top() + m_markHeight));
    if (text.isEmpty())
        return;
    QFont small = smallFont();
    small.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(small);
    const double width = metrics.horizontalAdvance(text) + metrics.height() * 0.9;
    const double left
        = std::clamp(x - width / 2, 0.0, std::max(0.0, double(this->width()) - width - 2));
    const QRectF pill(left, axis.top() + m_markHeight - 1, width, metrics.height() + 2);
    // Half a label beside it would be neither read nor overlooked.
    for (const QRectF &label : m_tickLabels) {
        if (label.intersects(pill.adjusted(-pill.height() / 3, 0, pill.height() / 3, 0)))
            painter.fillRect(label.adjusted(-1, 0, 2, 0), toneColor(Tone::Surface, palette()));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    painter.setFont(small);
    painter.setPen(toneColor(Tone::Surface, palette()));
    painter.drawText(pill, Qt::AlignCenter | Qt::TextSingleLine, text);
}

void LanesWidget::paintOver(QPainter &painter) const
{
    const QRect plot = plotRect();
    if (m_hoverX && m_drag != Drag::Scrub) {
        painter.setPen(QPen(toneColor(Tone::Off, palette()), 0, Qt::DotLine));
        painter.drawLine(
            QPointF(*m_hoverX + 0.5, plot.top()), QPointF(*m_hoverX + 0.5, plot.bottom()));
    }
    if (m_marked) {
        paintMoment(
            painter, m_marked->timeMs, momentText(m_marked->timeMs, m_window.span()), Tone::Muted);
        const QRect lane = laneRect(m_marked->machine);
        const double x = std::round(xOf(m_marked->timeMs)) + 0.5;
        if (!lane.isEmpty() && x >= plot.left() && x <= plot.right()) {
            const double radius = lane.height() * 0.26;
            painter.setPen(QPen(toneColor(Tone::Surface, palette()), 1.5));
            painter.setBrush(toneColor(Tone::Text, palette()));
            painter.drawEllipse(QPointF(x, lane.center().y() + 0.5), radius, radius);
        }
    }
    if (m_cluster && isScrubbed()) {
        const qint64 at = m_scrubMs.value_or(*m_cluster->cursor());
        paintMoment(painter, at, momentText(at, m_window.span()), Tone::Accent);
    } else if (isLive()) {
        paintMoment(painter, endMs(), {}, Tone::Good);
    }
    if (m_isRingShown) {
        painter.setPen(QPen(toneColor(Tone::Accent, palette()), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }
}

} // namespace clustd::monitor
