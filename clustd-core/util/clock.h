#pragma once

#include "util/instant.h"

namespace clustd {

/// CLOCK_MONOTONIC_RAW + (CLOCK_BOOTTIME - CLOCK_MONOTONIC): goes on during suspend, which
/// CLOCK_MONOTONIC does not, and is not slewed by a time daemon, which CLOCK_BOOTTIME is (by 8 %
/// and more). The same in every process of a machine to within microseconds. Never falls within one
/// process. Thread: any. Async-signal-safe; allocates nothing, so the guard may call it while it
/// fences.
[[nodiscard]] Instant clusterNow() noexcept;

/// CLOCK_BOOTTIME in nanoseconds, for stamps that people and other programs compare (`boot_ms` of
/// an event).
[[nodiscard]] Duration bootTime() noexcept;

/// Where time comes from; tests hand in a clock of their own.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return clusterNow(); }
};

} // namespace clustd
