#pragma once

#include "common/theme.h"
#include "model/series.h"

#include <QString>

#include <optional>
#include <vector>

/// What a chart is given to draw. Values are milliseconds. Thread: the GUI's.
namespace clustd::monitor {

struct ChartLine
{
    QString name; ///< Empty where there is only one
    const Series *series = nullptr; ///< Only lives until ChartWidget::refresh() returns
    bool isThin = false; ///< One of many in the background, without a colour of its own
};

/// One thing that happened, as high as it was long.
struct ChartBar
{
    qint64 timeMs = 0;
    double value = 0;
    QString text; ///< For the person who points at it

    friend bool operator==(const ChartBar &, const ChartBar &) = default;
};

/// A value to compare with, as a dashed line.
struct ChartMark
{
    double value = 0;
    QString name;
    Tone tone = Tone::Muted;

    friend bool operator==(const ChartMark &, const ChartMark &) = default;
};

/// Values from zero to `value` where something is about to go wrong.
struct ChartZone
{
    double value = 0;
    QString name;
    Tone tone = Tone::Bad;

    friend bool operator==(const ChartZone &, const ChartZone &) = default;
};

struct ChartData
{
    std::vector<ChartLine> lines;
    std::vector<ChartBar> bars; ///< The oldest first
    std::vector<ChartMark> marks;
    std::optional<ChartZone> zone;
    QString summary; ///< Beside the title: the figure that matters
    QString emptyText; ///< Where nothing is in range
};

/// Milliseconds since 1970 UTC.
struct ChartRange
{
    qint64 fromMs = 0;
    qint64 toMs = 0;

    [[nodiscard]] qint64 spanMs() const { return toMs - fromMs; }
    friend bool operator==(const ChartRange &, const ChartRange &) = default;
};

} // namespace clustd::monitor
