#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <sys/types.h>

/// Finding and killing processes by way of /proc, without allocation. Linux.
namespace clustd::guard {

/// What /proc/<pid>/stat says.
struct ProcessStat
{
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t group = 0;
    char state = '?'; ///< Of the main thread
    int threads = 0; ///< Not yet ended; 0 or 1 of a dead process that waits to be reaped
    std::uint64_t start
        = 0; ///< Clock ticks after the boot; with the pid it names one process for ever

    /// A process whose main thread has ended alone (pthread_exit) shows 'Z' and goes on.
    [[nodiscard]] bool isDead() const { return (state == 'Z' || state == 'X') && threads <= 1; }
};

/// Nothing if there is no such process.
[[nodiscard]] std::optional<ProcessStat> readProcessStat(pid_t pid);

/// Reads as much of a file as fits. @return bytes read, -1 with errno if it cannot be read
ssize_t readWhole(const char *path, std::span<char> buffer);

/// One pass over /proc that sends SIGKILL to every living descendant of a process. Those below a
/// process that is dying are found by a later pass, when they have come up to @p root (which must
/// be their subreaper).
/// @param root 0: this process
/// @return how many were signalled; none left of this process is known only from waitpid() saying
/// ECHILD
std::size_t killDescendantsOnce(pid_t root = 0);

/// SIGKILL to the group of @p leader, if the leader is still the process that started at @p start.
/// @return true when that process is gone or dead
bool killGroupOnce(pid_t leader, std::uint64_t start);

/// SIGKILL to everything in a cgroup: cgroup.kill for the whole tree, or where the kernel lacks it
/// (before 5.14, or version 1) the processes of that one directory.
/// @return true when nothing is left in it, or there is no such directory
bool killCgroupOnce(std::string_view directory);

/// SIGKILL to every process, other than this one, that started at @p since or later and whose
/// environment has the line @p entry ("NAME=value") in its first 64 KiB, where it was put at its
/// exec (a program that writes over it is not found).
/// @return how many were found alive
std::size_t killMarkedOnce(std::string_view entry, std::uint64_t since);

/// SIGKILL to @p pid if it is still the process that started at @p start. @return true when it is
/// gone or dead
bool killProcessOnce(pid_t pid, std::uint64_t start);

} // namespace clustd::guard
