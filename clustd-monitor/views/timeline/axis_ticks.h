#pragma once

#include <QString>

#include <vector>

/// Where the time axis has its lines, and what is written there. Thread: the GUI's.
namespace clustd::monitor {

struct AxisTick
{
    qint64 timeMs = 0;
    QString text; ///< Local time of day, as fine as the steps are; a date where a day begins
    bool isDate = false;

    friend bool operator==(const AxisTick &, const AxisTick &) = default;
};

/// At round local times, from milliseconds to years, at most about @p count.
[[nodiscard]] std::vector<AxisTick> axisTicks(qint64 fromMs, qint64 toMs, int count);
/// The widest text that axisTicks() may give for a window of @p spanMs, to find how many have room.
[[nodiscard]] QString widestTick(qint64 spanMs);

} // namespace clustd::monitor
