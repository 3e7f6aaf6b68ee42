#pragma once

#include <QString>

/// Where an axis of values has its lines, and what is written there. Thread: the GUI's.
namespace clustd::monitor {

/// 1, 2 or 5 times a power of ten: at most about @p count steps from 0 to @p max. Above 0.
[[nodiscard]] double niceStep(double max, int count);
/// "0.2 ms", "400 ms", "1.5 s"; @p step decides how many digits are worth reading.
[[nodiscard]] QString valueWords(double milliseconds, double step);
/// The same for one value by itself.
[[nodiscard]] QString valueWords(double milliseconds);

} // namespace clustd::monitor
