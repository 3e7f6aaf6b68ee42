#include "commands/own_guard.h"

#include "guard/plan_file.h"
#include "guard/processes.h"
#include "plan_directory.h"

#include <algorithm>
#include <climits>
#include <utility>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace clustd::daemon {

std::optional<OwnGuard> OwnGuard::find(const config::Config &config)
{
    const std::optional<guard::GuardProcess> guard = guard::runningGuard(planDirectory(config));
    if (!guard)
        return std::nullopt;
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, guard->pid, 0));
    if (handle < 0)
        return std::nullopt;
    OwnGuard found(guard->pid, handle);
    // The number may have gone to another process between the look and the open.
    const std::optional<guard::ProcessStat> stat = guard::readProcessStat(guard->pid);
    return stat && stat->start == guard->start ? std::optional(std::move(found)) : std::nullopt;
}

OwnGuard::OwnGuard(OwnGuard &&other) noexcept
    : m_pid(other.m_pid)
    , m_handle(std::exchange(other.m_handle, -1))
{
}

OwnGuard::~OwnGuard()
{
    if (m_handle >= 0)
        ::close(m_handle);
}

bool OwnGuard::signal(int number) const
{
    return syscall(SYS_pidfd_send_signal, m_handle, number, nullptr, 0) == 0;
}

bool OwnGuard::waitForEnd(Duration most) const
{
    pollfd watched{m_handle, POLLIN, 0};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(most).count();
    return poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(ms, INT_MAX))) == 1;
}

} // namespace clustd::daemon
