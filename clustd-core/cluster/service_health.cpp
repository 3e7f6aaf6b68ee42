#include "cluster/service_health.h"

#include <algorithm>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

void Retry::arm(Instant now)
{
    if (m_restsSince != kNever && now - m_restsSince >= kLongest)
        m_pause = Duration::zero();
    m_restsSince = kNever;
    m_pause = m_pause == Duration::zero() ? Duration(kFirst)
                                          : std::min<Duration>(2 * m_pause, kLongest);
    m_at = now + m_pause;
}

void Retry::rest(Instant now)
{
    m_at = kNever;
    m_restsSince = now;
}

bool Retry::isSettled(Instant now) const
{
    if (isArmed())
        return false;
    return m_restsSince == kNever
        || now - m_restsSince >= std::min<Duration>(m_pause, kSettledAfter);
}

bool Retry::takeDue(Instant now)
{
    if (now < m_at)
        return false;
    m_at = kNever;
    return true;
}

bool ServiceHealth::noteSick(const QString &driver, const QString &why)
{
    return m_sick.insert_or_assign(driver, why).second;
}

bool ServiceHealth::noteWell(const QString &driver, Instant now)
{
    const bool wasSick = m_sick.erase(driver) > 0;
    if (wasSick && m_sick.empty())
        m_restart.rest(now);
    return wasSick;
}

void ServiceHealth::noteStays(Instant now)
{
    if (!m_restart.isArmed())
        m_restart.arm(now);
}

QString ServiceHealth::text() const
{
    return m_sick.empty() ? QString()
                          : u"%1: %2"_s.arg(m_sick.begin()->first, m_sick.begin()->second);
}

} // namespace clustd::cluster
