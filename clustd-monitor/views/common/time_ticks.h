#pragma once

#include <QString>

#include <vector>

/// Where the time axis has its lines, and what is written there. Thread: the GUI's.
namespace clustd::monitor {

struct TimeTick
{
    qint64 timeMs = 0;
    QString text; ///< Local time of day, as fine as the steps are; a date where a day begins
    bool isDate = false;

    friend bool operator==(const TimeTick &, const TimeTick &) = default;
};

/// At round local times, from milliseconds to years, at most about @p count.
[[nodiscard]] std::vector<TimeTick> timeTicks(qint64 fromMs, qint64 toMs, int count);
/// The widest text that timeTicks() may give for a window of @p spanMs, to find how many have room.
[[nodiscard]] QString widestTick(qint64 spanMs);

} // namespace clustd::monitor
