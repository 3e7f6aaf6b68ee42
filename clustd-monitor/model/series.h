#pragma once

#include <QtGlobal>

#include <cstddef>
#include <vector>

namespace clustd::monitor {

struct Sample
{
    qint64 timeMs = 0; ///< Milliseconds since 1970 UTC, this computer's clock
    float value = 0;
};

/// The newest samples of one quantity; the oldest go when it is full. Thread: any, one at a time.
class Series
{
public:
    explicit Series(std::size_t capacity = 3600);

    void add(qint64 timeMs, float value);
    void clear();

    [[nodiscard]] std::size_t size() const { return m_samples.size(); }
    [[nodiscard]] bool isEmpty() const { return m_samples.empty(); }
    /// @param index 0 is the oldest
    [[nodiscard]] const Sample &at(std::size_t index) const;
    [[nodiscard]] const Sample &last() const { return at(m_samples.size() - 1); }

private:
    std::size_t m_capacity;
    std::size_t m_oldest = 0;
    std::vector<Sample> m_samples;
};

} // namespace clustd::monitor
