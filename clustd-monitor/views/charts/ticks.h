#pragma once

#include <QString>

#include <vector>

/// Where an axis has its lines, and what is written there. Thread: the GUI's.
namespace clustd::monitor {

/// 1, 2 or 5 times a power of ten: at most about @p count steps from 0 to @p max. Above 0.
[[nodiscard]] double niceStep(double max, int count);
/// "0.2 ms", "400 ms", "1.5 s"; @p step decides how many digits are worth reading.
[[nodiscard]] QString valueWords(double milliseconds, double step);
/// The same for one value by itself.
[[nodiscard]] QString valueWords(double milliseconds);

struct TimeTick
{
    qint64 timeMs = 0;
    QString text; ///< Local time: of the day, or the date where a day begins
};
/// At round times of the day, at most about @p count.
[[nodiscard]] std::vector<TimeTick> timeTicks(qint64 fromMs, qint64 toMs, int count);

} // namespace clustd::monitor
