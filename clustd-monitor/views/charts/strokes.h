#pragma once

#include "model/series.h"

#include <QPolygonF>

#include <vector>

/// From samples to what is drawn of them. Thread: any.
namespace clustd::monitor {

/// Of @p series what lies from @p fromMs to @p toMs, with one sample more on either side so that a
/// line does not end at the frame. One polygon for each unbroken run: a span without samples is a
/// gap, not a straight line. x: milliseconds since @p fromMs; y: the value.
///
/// At most four points for each of @p columns equal spans: the first, the lowest, the highest and
/// the last, so that no peak is lost however many samples share one pixel.
[[nodiscard]] std::vector<QPolygonF> strokesOf(
    const Series &series, qint64 fromMs, qint64 toMs, int columns);

/// Of the samples from @p fromMs to @p toMs; none: count is 0.
struct SeriesSummary
{
    std::size_t count = 0;
    double min = 0;
    double max = 0;
    double mean = 0;
    double last = 0;
};
[[nodiscard]] SeriesSummary summaryOf(const Series &series, qint64 fromMs, qint64 toMs);

} // namespace clustd::monitor
