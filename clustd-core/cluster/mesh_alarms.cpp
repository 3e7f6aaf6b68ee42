#include "cluster/mesh_alarms.h"

#include <chrono>
#include <vector>

namespace clustd::cluster {

using namespace std::chrono_literals;

namespace {
constexpr Duration kOccurrenceHolds = 60s;
constexpr std::size_t kAlarmsMax = 256;
} // namespace

MeshAlarms::MeshAlarms(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
    m_sweep.setInterval(5s);
    connect(&m_sweep, &QTimer::timeout, this, &MeshAlarms::sweep);
}

void MeshAlarms::raise(const QString &code, const QString &node, const QString &text)
{
    put(code, node, {text, std::nullopt});
}

void MeshAlarms::occurred(const QString &code, const QString &node, const QString &text)
{
    put(code, node, {text, m_clock.now() + kOccurrenceHolds});
    if (!m_sweep.isActive())
        m_sweep.start();
}

void MeshAlarms::clear(const QString &code, const QString &node)
{
    const auto known = m_alarms.find({code, node});
    if (known == m_alarms.end())
        return;
    const QString text = known->second.text;
    m_alarms.erase(known);
    Q_EMIT changed(false, code, node, text);
}

void MeshAlarms::put(const QString &code, const QString &node, Alarm alarm)
{
    const auto known = m_alarms.find({code, node});
    if (known == m_alarms.end() && m_alarms.size() >= kAlarmsMax)
        return;
    const bool isNews = known == m_alarms.end() || known->second.text != alarm.text;
    const QString text = alarm.text;
    m_alarms[{code, node}] = std::move(alarm);
    if (isNews)
        Q_EMIT changed(true, code, node, text);
}

void MeshAlarms::sweep()
{
    const Instant now = m_clock.now();
    std::vector<std::pair<QString, QString>> over;
    bool hasTimed = false;
    for (const auto &[key, alarm] : m_alarms) {
        if (alarm.until && *alarm.until <= now)
            over.push_back(key);
        else if (alarm.until)
            hasTimed = true;
    }
    if (!hasTimed)
        m_sweep.stop();
    for (const auto &[code, node] : over)
        clear(code, node);
}

} // namespace clustd::cluster
