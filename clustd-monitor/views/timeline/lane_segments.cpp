#include "timeline/lane_segments.h"

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

namespace {

int importance(LaneState state)
{
    switch (state) {
    case LaneState::Unknown:
        return 0;
    case LaneState::Follower:
        return 1;
    case LaneState::Maintenance:
        return 2;
    case LaneState::Promoting:
        return 3;
    case LaneState::Demoting:
        return 4;
    case LaneState::Active:
        return 5;
    case LaneState::Down:
        return 6;
    case LaneState::Fencing:
        return 7;
    }
    return 0;
}

void addCrumb(std::vector<LaneSegment> &segments, double x, const LaneSpan &span)
{
    const double column = std::floor(x);
    LaneSegment *last = segments.empty() ? nullptr : &segments.back();
    if (last && last->isCrumb && column < last->x1) {
        if (importance(span.state) <= importance(last->state))
            return;
        if (last->x1 - last->x0 <= 1) {
            last->state = span.state;
            last->term = span.term;
            return;
        }
        last->x1 -= 1; // Of a run of columns only this one is another.
    } else if (last && last->isCrumb && column == last->x1 && last->state == span.state) {
        last->x1 += 1;
        return;
    }
    segments.push_back({column, column + 1, span.state, span.term, true});
}

} // namespace

std::vector<LaneSegment> laneSegments(
    const std::vector<LaneSpan> &lane, const TimeScale &scale, qint64 endMs)
{
    std::vector<LaneSegment> segments;
    auto span = std::upper_bound(lane.begin(), lane.end(), scale.fromMs,
        [](qint64 time, const LaneSpan &each) { return time < each.fromMs; });
    if (span != lane.begin())
        --span;
    for (; span != lane.end() && span->fromMs <= scale.toMs && span->fromMs <= endMs; ++span) {
        const qint64 until
            = span + 1 == lane.end() ? std::max(endMs, span->fromMs) : (span + 1)->fromMs;
        if (until < scale.fromMs || span->state == LaneState::Unknown)
            continue;
        const double x0 = std::max(scale.xOf(span->fromMs), 0.0);
        const double x1 = std::min(scale.xOf(until), scale.width);
        if (x1 - x0 >= 1)
            segments.push_back({x0, x1, span->state, span->term, false});
        else if (until > span->fromMs || span + 1 == lane.end())
            addCrumb(segments, x0, *span);
    }
    return segments;
}

} // namespace clustd::monitor
