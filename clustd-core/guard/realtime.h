#pragma once

namespace clustd::guard {

/// G4: asks that this process be locked in memory, scheduled in real time and spared when memory
/// runs out. Says in one line what was not allowed, unless @p isQuiet. Forked children get none of
/// it but the last, which restoreOomScore() takes back.
/// @return the OOM score adjustment from before
int becomeRealtime(bool isQuiet = false);

void restoreOomScore(int before);

/// While it lives this process is not scheduled in real time but as the first among the ordinary.
///
/// For reaping and for looking through /proc: there the kernel may spin until another process has
/// let go of an entry of a dying one (proc_invalidate_siblings_dcache() in release_task()). If that
/// other process waits for this very processor, a real-time spinner keeps it from ever running, and
/// was seen to lose 950 ms, until the kernel's real-time throttling stopped it.
class OrdinaryScheduling
{
public:
    OrdinaryScheduling();
    ~OrdinaryScheduling();
    OrdinaryScheduling(const OrdinaryScheduling &) = delete;
    OrdinaryScheduling &operator=(const OrdinaryScheduling &) = delete;
};

} // namespace clustd::guard
