// What LanesWidget says of a place on it.

#include "timeline/lanes_widget.h"

#include <QDateTime>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kNearPixels = 4;
/// A tool tip names so many events, and looks at so many.
constexpr std::size_t kToldMax = 8;
constexpr std::size_t kSearchedMax = 5000;

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

QString LanesWidget::eventLine(const Event &event) const
{
    const QString time = QDateTime::fromMSecsSinceEpoch(event.timeMs).toString(u"HH:mm:ss.zzz"_s);
    QString text = event.text();
    if (text.size() > 110)
        text = text.left(109) + u'…';
    return u"<br>%1 <b>%2</b> %3"_s.arg(
               time, m_cluster->events().nodeOf(event).toHtmlEscaped(), event.name.toHtmlEscaped())
        + (text.isEmpty() ? QString() : u": "_s + text.toHtmlEscaped());
}

QString LanesWidget::describeMark(const MergedMark &mark) const
{
    const std::vector<Event> &events = m_cluster->events().events();
    QString words = u"<b>%1</b>"_s.arg(mark.count() == 1
            ? timeWords(m_marks.at(mark.first).timeMs, nowMs())
            : tr("%n events", nullptr, static_cast<int>(mark.count())));
    for (std::size_t i = mark.first; i <= mark.last && i < mark.first + kToldMax; ++i) {
        if (m_marks.at(i).event < events.size())
            words += eventLine(events[m_marks.at(i).event]);
    }
    if (mark.count() > kToldMax)
        words += u"<br>"_s + tr("and %n more", nullptr, static_cast<int>(mark.count() - kToldMax));
    return words;
}

QString LanesWidget::describeLane(const QString &machine, qint64 timeMs) const
{
    const auto lane = m_lanes.constFind(machine);
    const LaneSpan *span = nullptr;
    QString lasting;
    if (lane != m_lanes.constEnd()) {
        const std::vector<LaneSpan> &spans = m_cluster->replay().lane(*lane);
        span = Replay::spanAt(spans, timeMs);
        if (span) {
            const bool isLast = span == &spans.back();
            const qint64 until = isLast ? endMs() : (span + 1)->fromMs;
            lasting = tr("since %1, for %2")
                          .arg(timeWords(span->fromMs, nowMs()), spanWords(until - span->fromMs));
        }
    }
    QString words = u"<b>%1</b>&nbsp; %2"_s.arg(
        machine.toHtmlEscaped(), laneWord(span ? span->state : LaneState::Unknown).toHtmlEscaped());
    if (!span)
        return words;
    if (span->term > 0)
        words += u", "_s + tr("term %1").arg(span->term);
    words += u"<br>"_s + lasting.toHtmlEscaped();

    // What happened on this machine under the mouse.
    const EventStore &store = m_cluster->events();
    const qint64 near
        = std::max<qint64>(1, m_window.span() * kNearPixels / std::max(1, plotRect().width()));
    std::size_t told = 0;
    std::size_t more = 0;
    const std::size_t first = store.after(timeMs - near - 1);
    const std::size_t end = std::min(store.after(timeMs + near), first + kSearchedMax);
    for (std::size_t i = first; i < end; ++i) {
        const Event &event = store.events()[i];
        if (event.node != *lane)
            continue;
        if (told < kToldMax) {
            words += eventLine(event);
            ++told;
        } else {
            ++more;
        }
    }
    if (more > 0)
        words += u"<br>"_s + tr("and %n more", nullptr, static_cast<int>(more));
    return words;
}

QString LanesWidget::describe(const QPoint &position) const
{
    if (!m_cluster)
        return {};
    if (const MergedMark *mark = markAt(position))
        return describeMark(*mark);
    if (axisRect().contains(position))
        return tr("Click or drag to see the cluster as it was");
    const QString machine = machineAt(position);
    const QRect plot = plotRect();
    if (machine.isEmpty() || position.x() > plot.right())
        return {};
    const qint64 time
        = position.x() < plot.left() ? m_cluster->cursor().value_or(endMs()) : timeAt(position.x());
    return time > endMs() ? QString() : describeLane(machine, time);
}

} // namespace clustd::monitor
