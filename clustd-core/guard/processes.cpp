#include "guard/processes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

/// Calls @p visit with each number that names an entry of /proc. opendir() would allocate.
template <typename Visit> void forEachProcess(Visit visit)
{
    struct Entry // linux_dirent64 of getdents64(2)
    {
        std::uint64_t inode;
        std::int64_t offset;
        std::uint16_t length;
        std::uint8_t type;
        char name[1];
    };
    static constexpr std::size_t kNameAt = 19;
    alignas(Entry) static std::array<char, std::size_t{32} * 1024> buffer;

    const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return;
    for (;;) {
        const long size = syscall(SYS_getdents64, proc, buffer.data(), buffer.size());
        if (size <= 0)
            break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            std::uint16_t length = 0;
            std::memcpy(&length, buffer.data() + at + 16, sizeof length);
            const char *name = buffer.data() + at + kNameAt;
            pid_t pid = 0;
            const auto [end, error] = std::from_chars(name, name + std::strlen(name), pid);
            if (error == std::errc{} && *end == '\0' && pid > 0)
                visit(pid);
            at += length;
        }
    }
    close(proc);
}

/// SIGKILL to the very process that @p stat describes, even if its number is given to another in
/// between.
/// @return true when it is gone
bool killExactly(const ProcessStat &stat)
{
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, stat.pid, 0));
    if (handle < 0) {
        if (errno == ENOSYS)
            return kill(stat.pid, SIGKILL) != 0 && errno == ESRCH;
        return errno == ESRCH;
    }
    // The handle may be of a process that came after the one described; then its start differs.
    const std::optional<ProcessStat> now = readProcessStat(stat.pid);
    const bool isSame = now && now->start == stat.start;
    if (isSame)
        syscall(SYS_pidfd_send_signal, handle, SIGKILL, nullptr, 0);
    close(handle);
    return !isSame;
}

using PathBuffer = std::array<char, 4160>;

/// False when it is too long.
bool join(PathBuffer &path, std::string_view directory, const char *name)
{
    const int size = std::snprintf(path.data(), path.size(), "%.*s/%s",
        static_cast<int>(directory.size()), directory.data(), name);
    return size > 0 && static_cast<std::size_t>(size) < path.size();
}

/// The processes that a cgroup.procs file names. @return how many
std::size_t killListed(const char *path)
{
    static std::array<char, std::size_t{16} * 1024>
        list; // further ones are listed when these are gone
    const ssize_t size = readWhole(path, list);
    std::size_t found = 0;
    const char *at = list.data();
    const char *const end = list.data() + std::max<ssize_t>(size, 0);
    while (at < end) {
        pid_t pid = 0;
        const auto [next, error] = std::from_chars(at, end, pid);
        // A number that ends with the buffer may have been cut off.
        if (error != std::errc{} || next == end)
            break;
        if (pid > 0 && pid != getpid()) {
            ++found;
            kill(pid, SIGKILL);
        }
        at = next + 1;
    }
    return found;
}

} // namespace

ssize_t readWhole(const char *path, std::span<char> buffer)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return -1;
    std::size_t size = 0;
    ssize_t got = 0;
    while (
        size < buffer.size() && (got = read(file, buffer.data() + size, buffer.size() - size)) > 0)
        size += static_cast<std::size_t>(got);
    const int error = errno;
    close(file);
    errno = error;
    return got < 0 ? -1 : static_cast<ssize_t>(size);
}

std::optional<ProcessStat> readProcessStat(pid_t pid)
{
    std::array<char, 64> path{};
    std::snprintf(path.data(), path.size(), "/proc/%d/stat", pid);
    std::array<char, 1024> buffer{};
    const ssize_t size = readWhole(path.data(), std::span(buffer).first(buffer.size() - 1));
    if (size <= 0)
        return {};
    // "pid (name) state ppid pgrp ...": the name may hold anything, so fields count from the last
    // parenthesis.
    const char *at = std::strrchr(buffer.data(), ')');
    if (!at)
        return {};
    ProcessStat stat;
    stat.pid = pid;
    unsigned long long start = 0;
    const int fields = std::sscanf(at, // NOLINT(cert-err34-c): the kernel writes these numbers
        ") %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d %*d %llu",
        &stat.state, &stat.parent, &stat.group, &stat.threads, &start);
    if (fields != 5)
        return {};
    stat.start = start;
    return stat;
}

std::size_t killDescendantsOnce(pid_t root)
{
    // A child has mostly a higher number than its parent, so one pass in /proc's order finds nearly
    // all; numbers that have wrapped round are found by the next one. What does not fit is found
    // when its parent is dead.
    static std::array<pid_t, 4096> found;
    std::size_t count = 0;
    if (root == 0)
        root = getpid();
    forEachProcess([&](pid_t pid) {
        const std::optional<ProcessStat> stat = readProcessStat(pid);
        const auto known = std::span(found).first(count);
        const bool isOurs = stat
            && (stat->parent == root
                || std::find(known.begin(), known.end(), stat->parent) != known.end());
        if (!isOurs || stat->isDead())
            return;
        if (count < found.size())
            found[count++] = pid;
        killExactly(*stat);
    });
    return count;
}

bool killProcessOnce(pid_t pid, std::uint64_t start)
{
    const std::optional<ProcessStat> stat = readProcessStat(pid);
    return !stat || stat->start != start || stat->isDead() || killExactly(*stat);
}

bool killGroupOnce(pid_t leader, std::uint64_t start)
{
    const std::optional<ProcessStat> stat = readProcessStat(leader);
    if (!stat || stat->start != start)
        return true;
    // A dead leader that nobody has reaped still keeps the number from being given away, so the
    // group is meant.
    kill(-leader, SIGKILL);
    return stat->isDead();
}

bool killCgroupOnce(std::string_view directory)
{
    static PathBuffer path;
    if (!join(path, directory, "cgroup.kill"))
        return false;
    const int file = open(path.data(), O_WRONLY | O_CLOEXEC);
    const bool isKilled = file >= 0 && write(file, "1", 1) == 1;
    if (file >= 0)
        close(file);
    if (isKilled && join(path, directory, "cgroup.events")) {
        std::array<char, 256> events{};
        if (readWhole(path.data(), std::span(events).first(events.size() - 1)) > 0)
            return std::strstr(events.data(), "populated 0") != nullptr;
    }
    if (!join(path, directory, "cgroup.procs"))
        return false;
    if (access(path.data(), F_OK) != 0)
        return errno == ENOENT;
    return killListed(path.data()) == 0;
}

std::size_t killMarkedOnce(std::string_view entry, std::uint64_t since)
{
    static std::array<char, std::size_t{64} * 1024> environment;
    static PathBuffer path;
    std::size_t count = 0;
    forEachProcess([&](pid_t pid) {
        if (pid == getpid())
            return;
        const std::optional<ProcessStat> stat = readProcessStat(pid);
        // Reading the environment of a process that is stuck may get this one stuck too, so only
        // those are read that can have the mark.
        if (!stat || stat->isDead() || stat->start < since)
            return;
        std::snprintf(path.data(), path.size(), "/proc/%d/environ", pid);
        const ssize_t size = readWhole(path.data(), environment);
        std::string_view left(
            environment.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        while (!left.empty()) {
            const std::string_view line = left.substr(0, left.find('\0'));
            if (line == entry) {
                ++count;
                killExactly(*stat);
                return;
            }
            left.remove_prefix(std::min(left.size(), line.size() + 1));
        }
    });
    return count;
}

} // namespace clustd::guard
