#include "link/refusal_reports.h"

#include <utility>

namespace clustd::link {

using namespace std::chrono_literals;

RefusalReports::RefusalReports(QObject *parent)
    : QObject(parent)
{
    m_second.setSingleShot(true);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &RefusalReports::reportWaiting);
}

void RefusalReports::note(const QString &address, const QString &node, const QString &reason)
{
    const auto known = m_waiting.find(reason);
    if (known != m_waiting.end()) {
        known->address = address;
        known->node = node;
        ++known->count;
        return;
    }
    m_waiting.insert(reason, {});
    if (!m_second.isActive())
        m_second.start();
    Q_EMIT report(address, node, reason, 1);
}

void RefusalReports::reportWaiting()
{
    const QHash<QString, Waiting> waiting = std::exchange(m_waiting, {});
    for (auto it = waiting.begin(); it != waiting.end(); ++it) {
        if (it->count > 0)
            m_waiting.insert(it.key(), {});
    }
    if (!m_waiting.isEmpty())
        m_second.start();
    for (auto it = waiting.begin(); it != waiting.end(); ++it) {
        if (it->count > 0)
            Q_EMIT report(it->address, it->node, it.key(), it->count);
    }
}

} // namespace clustd::link
