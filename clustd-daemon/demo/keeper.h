#pragma once

#include <functional>
#include <string>

namespace clustd::daemon {

/// Runs @p demo in a child process and cleans up after it however it ends, SIGKILL included: ends
/// every process that is left below, puts the terminal back, removes @p folder. If this process is
/// killed instead, the child gets SIGTERM and cleans up itself.
///
/// Std and POSIX only: it forks, so nothing of Qt may live yet.
/// @return what @p demo returned, or 1 when it was killed
[[nodiscard]] int runKept(const std::string &folder, const std::function<int()> &demo);

} // namespace clustd::daemon
