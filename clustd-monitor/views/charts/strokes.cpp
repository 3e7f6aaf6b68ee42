#include "charts/strokes.h"

#include <algorithm>

namespace clustd::monitor {

namespace {

/// Shorter spans without samples are never gaps: measuring is not that punctual.
constexpr qint64 kGapMinMs = 3000;
/// So many times the usual span between two samples is a gap.
constexpr qint64 kGapFactor = 4;

/// Index of the first sample at or after @p timeMs.
std::size_t firstFrom(const Series &series, qint64 timeMs)
{
    std::size_t low = 0;
    std::size_t high = series.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (series.at(middle).timeMs < timeMs)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// From the newest samples up to @p end: who measures each second today may have measured each
/// ten seconds yesterday.
qint64 gapMs(const Series &series, std::size_t begin, std::size_t end)
{
    constexpr std::size_t kLooked = 31;
    std::vector<qint64> spans;
    const std::size_t first = end - begin > kLooked ? end - kLooked : begin;
    for (std::size_t i = first + 1; i < end; ++i)
        spans.push_back(series.at(i).timeMs - series.at(i - 1).timeMs);
    if (spans.empty())
        return kGapMinMs;
    const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
    std::nth_element(spans.begin(), middle, spans.end());
    return std::max(kGapMinMs, *middle * kGapFactor);
}

/// The samples of one column that are drawn.
struct Column
{
    Sample first;
    Sample low;
    Sample high;
    Sample last;

    void add(const Sample &sample)
    {
        if (sample.value < low.value)
            low = sample;
        if (sample.value > high.value)
            high = sample;
        last = sample;
    }

    void drawInto(QPolygonF &polygon, qint64 fromMs) const
    {
        const bool isLowFirst = low.timeMs < high.timeMs;
        qint64 drawnMs = first.timeMs - 1;
        for (const Sample &sample :
            {first, isLowFirst ? low : high, isLowFirst ? high : low, last}) {
            if (sample.timeMs <= drawnMs)
                continue;
            drawnMs = sample.timeMs;
            polygon.append({static_cast<double>(sample.timeMs - fromMs), double(sample.value)});
        }
    }
};

} // namespace

std::vector<QPolygonF> strokesOf(const Series &series, qint64 fromMs, qint64 toMs, int columns)
{
    std::vector<QPolygonF> strokes;
    if (series.isEmpty() || toMs <= fromMs || columns <= 0)
        return strokes;
    std::size_t begin = firstFrom(series, fromMs);
    std::size_t end = firstFrom(series, toMs + 1);
    if (begin > 0)
        --begin;
    if (end < series.size())
        ++end;
    const qint64 gap = gapMs(series, begin, end);
    const auto columnOf = [&](const Sample &sample) {
        return (sample.timeMs - fromMs) * columns / (toMs - fromMs);
    };
    for (std::size_t i = begin; i < end;) {
        QPolygonF stroke;
        bool isUnbroken = true;
        while (i < end && isUnbroken) {
            const Sample &first = series.at(i);
            Column column{first, first, first, first};
            const qint64 at = columnOf(first);
            for (++i; i < end; ++i) {
                const Sample &next = series.at(i);
                isUnbroken = next.timeMs - column.last.timeMs <= gap;
                if (!isUnbroken || columnOf(next) != at)
                    break;
                column.add(next);
            }
            column.drawInto(stroke, fromMs);
        }
        // A neighbour beyond the edge is there for a line to it; by itself it is not in the
        // picture.
        if (stroke.back().x() >= 0 && stroke.front().x() <= static_cast<double>(toMs - fromMs))
            strokes.push_back(std::move(stroke));
    }
    return strokes;
}

SeriesSummary summaryOf(const Series &series, qint64 fromMs, qint64 toMs)
{
    SeriesSummary summary;
    if (series.isEmpty())
        return summary;
    double sum = 0;
    const std::size_t end = firstFrom(series, toMs + 1);
    for (std::size_t i = firstFrom(series, fromMs); i < end; ++i) {
        const double value = double(series.at(i).value);
        summary.min = summary.count == 0 ? value : std::min(summary.min, value);
        summary.max = summary.count == 0 ? value : std::max(summary.max, value);
        summary.last = value;
        sum += value;
        ++summary.count;
    }
    if (summary.count > 0)
        summary.mean = sum / static_cast<double>(summary.count);
    return summary;
}

} // namespace clustd::monitor
