// Which stretch of time LanesWidget has in view, and which moment of it is shown.

#include "timeline/lanes_widget.h"

#include <QDateTime>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace clustd::monitor {

namespace {

constexpr qint64 kHour = 3'600'000;
constexpr qint64 kDay = 24 * kHour;
constexpr qint64 kSpanMin = 20;
constexpr qint64 kSpanMax = 20 * 366 * kDay;
constexpr std::chrono::milliseconds kTickMin{250};

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

bool LanesWidget::isLive() const
{
    return m_cluster && !m_cluster->isJournal() && m_cluster->state() == ConnectionState::Live;
}

bool LanesWidget::isScrubbed() const
{
    if (!m_cluster || !m_cluster->cursor())
        return false;
    const EventStore &events = m_cluster->events();
    return !m_cluster->isJournal() || events.size() == 0
        || *m_cluster->cursor() != events.events().back().timeMs;
}

qint64 LanesWidget::beginMs() const
{
    return m_cluster && m_cluster->events().size() > 0 ? m_cluster->events().events().front().timeMs
                                                       : endMs() - kHour;
}

qint64 LanesWidget::endMs() const
{
    if (!m_cluster)
        return nowMs();
    const EventStore &events = m_cluster->events();
    const qint64 newest = events.size() > 0 ? events.events().back().timeMs : 0;
    if (m_cluster->isJournal()) {
        // The last state holds for a little, so that it can be seen.
        const qint64 extent = events.size() > 0 ? newest - events.events().front().timeMs : 0;
        return newest + std::max<qint64>(500, extent / 40);
    }
    const qint64 heard = m_cluster->connection()->heardMs();
    // Clocks of machines may be a little ahead of ours.
    return std::max(isLive() ? nowMs() : heard > 0 ? heard : m_openedMs, newest);
}

// ---- The window

void LanesWidget::setWindow(Window window)
{
    showWindow(window, false);
}

void LanesWidget::showWindow(Window window, bool isFollowing, bool isAll)
{
    const qint64 span = std::clamp(window.span(), kSpanMin, kSpanMax);
    if (span != window.span())
        window.toMs = window.fromMs + span;
    // At least a corner of what is known stays in view.
    const qint64 margin = span * 9 / 10;
    const qint64 shift
        = std::clamp(window.fromMs, std::min(beginMs(), endMs()) - margin, endMs() - span + margin)
        - window.fromMs;
    window.fromMs += shift;
    window.toMs += shift;
    const bool isOtherMode = isFollowing != m_isFollowing || isAll != m_isAll;
    m_isFollowing = isFollowing;
    m_isAll = isAll;
    if (window != m_window) {
        m_window = window;
        invalidate();
        Q_EMIT windowChanged();
    }
    schedule();
    if (isOtherMode)
        Q_EMIT modeChanged();
}

void LanesWidget::setSpan(qint64 ms)
{
    if (ms <= 0) {
        m_spanMs = 0;
        fit();
        return;
    }
    m_spanMs = std::clamp(ms, kSpanMin, kSpanMax);
    const qint64 end = endMs() + m_spanMs / 100;
    showWindow({end - m_spanMs, end}, true);
}

LanesWidget::Window LanesWidget::fullWindow() const
{
    const qint64 extent = std::max<qint64>(1000, endMs() - beginMs());
    return {beginMs() - extent / 50, endMs() + extent / 50};
}

void LanesWidget::fit()
{
    showWindow(fullWindow(), true, true);
}

void LanesWidget::goLive()
{
    m_scrubMs.reset();
    if (m_cluster)
        m_cluster->setCursor(std::nullopt);
    if (m_cluster && m_cluster->isJournal()) {
        if (m_window.toMs < endMs()) {
            const qint64 shift = endMs() + m_window.span() / 50 - m_window.toMs;
            showWindow({m_window.fromMs + shift, m_window.toMs + shift}, true);
        } else {
            showWindow(m_window, true, m_isAll);
        }
    } else {
        follow();
    }
}

void LanesWidget::follow()
{
    if (m_isAll) {
        fit();
        return;
    }
    const qint64 span = m_window.span();
    const qint64 end = endMs() + span / 100;
    showWindow({end - span, end}, true);
}

void LanesWidget::tick()
{
    if (m_isFollowing && !isScrubbed() && m_drag == Drag::None)
        follow();
    invalidate();
    schedule();
}

/// Runs only while the present is in view, once for each pixel that it moves on.
void LanesWidget::schedule()
{
    const bool isNeeded
        = isVisible() && isLive() && m_window.toMs >= endMs() && m_window.fromMs <= endMs();
    if (!isNeeded) {
        m_tick.stop();
        return;
    }
    const std::chrono::milliseconds perPixel(m_window.span() / std::max(1, plotRect().width()));
    const auto period = std::clamp(perPixel, kTickMin, std::chrono::milliseconds(kHour));
    if (!m_tick.isActive() || m_tick.intervalAsDuration() != period)
        m_tick.start(period);
}

void LanesWidget::zoom(double factor, qint64 aboutMs)
{
    const double span = static_cast<double>(m_window.span());
    const auto wanted
        = std::clamp(static_cast<qint64>(std::llround(span * factor)), kSpanMin, kSpanMax);
    const double share = static_cast<double>(aboutMs - m_window.fromMs) / span;
    const qint64 from
        = aboutMs - static_cast<qint64>(std::llround(share * static_cast<double>(wanted)));
    showWindow({from, from + wanted}, false);
}

void LanesWidget::pan(double share)
{
    const auto by = static_cast<qint64>(std::llround(static_cast<double>(m_window.span()) * share));
    showWindow({m_window.fromMs + by, m_window.toMs + by}, false);
}

// ---- The moment

/// The other views must find the moment anew each time, so a drag gives them time to.
void LanesWidget::scrubTo(qint64 timeMs, bool isFinal)
{
    if (!m_cluster)
        return;
    if (!isFinal && m_scrub.isActive()) {
        m_scrubMs = timeMs;
        return;
    }
    m_scrubMs.reset();
    const EventStore &events = m_cluster->events();
    const qint64 last
        = m_cluster->isJournal() && events.size() > 0 ? events.events().back().timeMs : endMs();
    const bool isNow = timeMs >= last && !m_cluster->isJournal();
    if (isNow)
        m_cluster->setCursor(std::nullopt);
    else
        m_cluster->setCursor(std::clamp(timeMs, std::min(beginMs(), last), last));
    if (!isFinal)
        m_scrub.start();
}

void LanesWidget::stepToEvent(bool isForward)
{
    if (!m_cluster || m_marks.size() == 0)
        return;
    const qint64 at = m_cluster->cursor().value_or(endMs());
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        const qint64 time = m_marks.at(i).timeMs;
        if (isForward && time > at) {
            found = i;
            break;
        }
        if (!isForward && time < at)
            found = i;
    }
    if (!found) {
        if (isForward)
            goLive();
        return;
    }
    const EventMarks::Mark mark = m_marks.at(*found);
    scrubTo(mark.timeMs, true);
    Q_EMIT eventPicked(mark.event);
}

void LanesWidget::noteCursor()
{
    if (m_cluster && m_cluster->cursor() && m_drag == Drag::None) {
        const qint64 at = *m_cluster->cursor();
        if (isScrubbed() && (at < m_window.fromMs || at > m_window.toMs)) {
            const qint64 span = m_window.span();
            showWindow({at - span / 2, at - span / 2 + span}, false);
        }
    }
    update();
    Q_EMIT modeChanged();
}

void LanesWidget::setMarked(std::optional<std::size_t> event)
{
    m_marked.reset();
    if (event && m_cluster && *event < m_cluster->events().size()) {
        const Event &told = m_cluster->events().events()[*event];
        m_marked = Marked{told.timeMs, m_cluster->events().nodeOf(told), told.kind};
        if (told.timeMs < m_window.fromMs || told.timeMs > m_window.toMs) {
            const qint64 span = m_window.span();
            showWindow({told.timeMs - span / 2, told.timeMs - span / 2 + span}, false);
        }
    }
    update();
}

} // namespace clustd::monitor
