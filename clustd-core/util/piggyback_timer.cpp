#include "util/piggyback_timer.h"

namespace clustd {

PiggybackTimer::PiggybackTimer(const Clock &clock)
    : m_clock(clock)
{
    // Begun anew, since a QTimer that is late keeps its rhythm: the next would be due right after.
    connect(&m_timer, &QTimer::timeout, this, [this] {
        begin();
        Q_EMIT due();
    });
}

void PiggybackTimer::start(std::chrono::milliseconds interval)
{
    m_timer.stop();
    m_timer.setInterval(interval);
    if (interval > std::chrono::milliseconds::zero())
        begin();
}

void PiggybackTimer::ride()
{
    // In nanoseconds: three quarters of 1 ms are not 0.
    const Duration interval = m_timer.intervalAsDuration();
    if (!m_timer.isActive() || m_clock.now() - m_begunAt < interval * 3 / 4)
        return;
    begin();
    Q_EMIT due();
}

void PiggybackTimer::begin()
{
    m_begunAt = m_clock.now();
    m_timer.start();
}

} // namespace clustd
