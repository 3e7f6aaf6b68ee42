#pragma once

#include "util/instant.h"

#include <time.h>

namespace clustd::guard {

/// SIGKILL to this very process, by the kernel, when a span of time is over that counts suspend. It
/// strikes a stopped process (SIGSTOP) too.
///
/// The daemon holds one beside its guard, a little later than the guard would act: if both are
/// stopped, whatever dies with the daemon is gone before the lease ends.
/// Errors: where the kernel gives no timer, nothing happens.
class KillTimer
{
public:
    KillTimer();
    ~KillTimer();
    KillTimer(const KillTimer &) = delete;
    KillTimer &operator=(const KillTimer &) = delete;

    /// Instead of the span before.
    void arm(Duration left);
    void disarm();

private:
    timer_t m_timer{};
    bool m_isMade = false;
};

} // namespace clustd::guard
