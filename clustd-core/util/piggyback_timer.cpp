#include "util/piggyback_timer.h"

namespace clustd {

PiggybackTimer::PiggybackTimer(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    connect(&m_timer, &QTimer::timeout, this, &PiggybackTimer::due);
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
