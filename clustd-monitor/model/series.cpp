#include "model/series.h"

namespace clustd::monitor {

Series::Series(std::size_t capacity)
    : m_capacity(capacity)
{
}

void Series::add(qint64 timeMs, float value)
{
    if (m_samples.size() < m_capacity) {
        m_samples.push_back({timeMs, value});
        return;
    }
    m_samples[m_oldest] = {timeMs, value};
    m_oldest = (m_oldest + 1) % m_capacity;
}

void Series::clear()
{
    m_samples.clear();
    m_oldest = 0;
}

const Sample &Series::at(std::size_t index) const
{
    return m_samples[(m_oldest + index) % m_samples.size()];
}

} // namespace clustd::monitor
