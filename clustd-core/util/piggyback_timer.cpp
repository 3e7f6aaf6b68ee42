#include "util/piggyback_timer.h"

namespace clustd {

PiggybackTimer::PiggybackTimer(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    // Begun anew, since a QTimer that is late keeps its rhythm: the next would be due right after.
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_timer.start();
        Q_EMIT due();
    });
}

void PiggybackTimer::start(std::chrono::milliseconds interval)
{
    m_timer.stop();
    if (interval > std::chrono::milliseconds::zero())
        m_timer.start(interval);
}

void PiggybackTimer::ride()
{
    if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > m_timer.intervalAsDuration() / 4)
        return;
    m_timer.start();
    Q_EMIT due();
}

} // namespace clustd
