#include "cluster/disk_watch.h"

#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

bool DiskWatch::takeDue(Instant now)
{
    if (m_askedAt != kNever || now < m_dueAt)
        return false;
    m_askedAt = now;
    return true;
}

void DiskWatch::done(const QString &why, Instant now)
{
    m_failure = why;
    m_askedAt = kNever;
    m_dueAt = now + kInterval;
}

QString DiskWatch::trouble(Instant now) const
{
    if (m_askedAt != kNever && now - m_askedAt > m_patience)
        return u"a write has not ended for %1 s"_s.arg(
            std::chrono::duration_cast<std::chrono::seconds>(now - m_askedAt).count());
    return m_failure;
}

} // namespace clustd::cluster
