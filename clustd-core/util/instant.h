#pragma once

#include <chrono>

namespace clustd {

using Duration = std::chrono::nanoseconds;

/// The clock of all decisions: counts suspend and is not slewed (see clock.h). It has no now() of
/// its own, so that whoever decides must be handed the time.
struct ClusterClock
{
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ClusterClock, duration>;
    static constexpr bool is_steady = true;
};

/// A moment on this machine's ClusterClock. Means nothing on another machine.
using Instant = ClusterClock::time_point;

inline constexpr Instant kNever = Instant::max();

} // namespace clustd
