#pragma once

#include <vector>

#include <sys/types.h>

/// Processes and their children, from /proc. Thread: any.
namespace clustd::daemon {

[[nodiscard]] std::vector<pid_t> childrenOf(pid_t pid);

/// SIGKILL to @p pid and all below it. Each is stopped before its children are read, so that
/// nothing starts anything while the tree is walked. Reaps none of them.
void killTree(pid_t pid);

/// Whether a signal holds @p pid (state T of /proc/PID/stat).
[[nodiscard]] bool isStopped(pid_t pid);

} // namespace clustd::daemon
