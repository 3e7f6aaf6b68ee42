#pragma once

#include "util/instant.h"

#include <time.h>

namespace clustd::guard {

/// @p span, not negative, as the kernel's timers want it.
[[nodiscard]] inline timespec toTimespec(Duration span)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    timespec time{};
    time.tv_sec = seconds.count();
    time.tv_nsec = (span - seconds).count();
    return time;
}

} // namespace clustd::guard
