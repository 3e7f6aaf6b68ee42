#pragma once

#include "model/replay.h"

#include <vector>

/// What is painted of a lane. Thread: any.
namespace clustd::monitor {

/// From a time to a place, in pixels from the left edge of the lanes.
struct TimeScale
{
    qint64 fromMs = 0;
    qint64 toMs = 1;
    double width = 1;

    [[nodiscard]] double xOf(qint64 timeMs) const
    {
        return static_cast<double>(timeMs - fromMs) * width / static_cast<double>(toMs - fromMs);
    }
    [[nodiscard]] qint64 timeAt(double x) const
    {
        return fromMs + static_cast<qint64>(x * static_cast<double>(toMs - fromMs) / width);
    }
};

struct LaneSegment
{
    double x0 = 0;
    double x1 = 0;
    LaneState state = LaneState::Unknown;
    quint64 term = 0;
    bool isCrumb = false; ///< Shorter than a pixel, or several such in one

    friend bool operator==(const LaneSegment &, const LaneSegment &) = default;
};

/// The spans of @p lane that are in view, the leftmost first; the last lasts until @p endMs. Of
/// those shorter than a pixel the one that matters most stands for all in its column, so there are
/// never many more than pixels.
[[nodiscard]] std::vector<LaneSegment> laneSegments(
    const std::vector<LaneSpan> &lane, const TimeScale &scale, qint64 endMs);

} // namespace clustd::monitor
