#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

/// What the benchmarks have in common: samples, and a table whose lines look alike in all of them.
namespace clustd::bench {

using Nanoseconds = std::chrono::duration<double, std::nano>;

/// How often each thing is measured. A smoke run only shows that the program works.
struct Extent
{
    int samples = 200;
    int warmUp = 20;

    [[nodiscard]] static Extent from(int argc, char **argv)
    {
        const bool isSmoke = argc > 1 && std::string_view(argv[1]) == "--smoke";
        return isSmoke ? Extent{3, 1} : Extent{};
    }
};

inline void printHead(const char *title)
{
    std::printf("%-52s %10s %10s %10s\n", title, "min", "median", "max");
}

/// One line: smallest, median and largest of @p samples, and whether the median is below @p
/// targetBelow.
inline void printLine(
    const char *name, std::vector<double> samples, const char *unit, double targetBelow = 0)
{
    std::sort(samples.begin(), samples.end());
    const double median = samples[samples.size() / 2];
    std::printf(
        "%-52s %10.3f %10.3f %10.3f %-4s", name, samples.front(), median, samples.back(), unit);
    if (targetBelow > 0)
        std::printf("  target < %g: %s", targetBelow, median < targetBelow ? "ok" : "MISSED");
    std::printf("\n");
    std::fflush(stdout);
}

/// Microseconds of this thread's CPU that one call of @p action takes: what else runs on the
/// machine does not count. The mean of a batch, since a single call is shorter than the clock's own
/// cost.
template <typename Action>
[[nodiscard]] std::vector<double> microsecondsPerCall(
    Extent extent, int batch, const Action &action)
{
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    std::vector<double> samples;
    for (int i = -extent.warmUp; i < extent.samples; ++i) {
        const auto began = now();
        for (int n = 0; n < batch; ++n)
            action();
        const Nanoseconds took = now() - began;
        if (i >= 0)
            samples.push_back(took.count() / 1000 / batch);
    }
    return samples;
}

} // namespace clustd::bench
