#pragma once

namespace clustd::guard {

/// G4: asks that this process be locked in memory, scheduled in real time and spared when memory
/// runs out. Says in one line what was not allowed. Forked children get none of it but the last,
/// which restoreOomScore() takes back.
/// @return the OOM score adjustment from before
int becomeRealtime();

void restoreOomScore(int before);

} // namespace clustd::guard
