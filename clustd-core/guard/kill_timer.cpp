#include "guard/kill_timer.h"

#include "guard/timespec.h"

#include <algorithm>
#include <chrono>

#include <signal.h>

namespace clustd::guard {

KillTimer::KillTimer()
{
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    m_isMade = timer_create(CLOCK_BOOTTIME, &event, &m_timer) == 0;
}

KillTimer::~KillTimer()
{
    if (m_isMade)
        timer_delete(m_timer);
}

void KillTimer::arm(Duration left)
{
    if (!m_isMade)
        return;
    // Zero would disarm it.
    left = std::max(left, Duration(1));
    itimerspec when{};
    when.it_value = toTimespec(left);
    timer_settime(m_timer, 0, &when, nullptr);
}

void KillTimer::disarm()
{
    const itimerspec never{};
    if (m_isMade)
        timer_settime(m_timer, 0, &never, nullptr);
}

} // namespace clustd::guard
