#include "util/clock.h"

#include <atomic>
#include <cstdint>

#include <time.h>

namespace clustd {
namespace {

std::int64_t read(clockid_t id) noexcept
{
    timespec t{};
    clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

std::atomic<std::int64_t> s_suspended{0}; // CLOCK_BOOTTIME - CLOCK_MONOTONIC as last measured
std::atomic<std::int64_t> s_latest{0};

} // namespace

Instant clusterNow() noexcept
{
    // The two clocks cannot be read in one go. The difference lies between these bounds; it changes
    // only by a suspend, so the value in use stays while it fits, which keeps the jitter of the
    // readings out of the result.
    const std::int64_t before = read(CLOCK_MONOTONIC);
    const std::int64_t boot = read(CLOCK_BOOTTIME);
    const std::int64_t after = read(CLOCK_MONOTONIC);
    std::int64_t suspended = s_suspended.load(std::memory_order_relaxed);
    if (suspended < boot - after || suspended > boot - before) {
        suspended = (boot - after) + (after - before) / 2;
        s_suspended.store(suspended, std::memory_order_relaxed);
    }

    const std::int64_t now = read(CLOCK_MONOTONIC_RAW) + suspended;
    std::int64_t latest = s_latest.load(std::memory_order_relaxed);
    while (
        latest < now && !s_latest.compare_exchange_weak(latest, now, std::memory_order_relaxed)) { }
    return Instant(Duration(latest < now ? now : latest));
}

Duration bootTime() noexcept
{
    return Duration(read(CLOCK_BOOTTIME));
}

} // namespace clustd
