#pragma once

#include "config/config.h"
#include "util/instant.h"

#include <optional>

#include <sys/types.h>

namespace clustd::daemon {

/// The guard of this machine's daemon, held so that no other process which gets its number later is
/// meant. Thread: any.
class OwnGuard
{
public:
    /// Nothing when no clustd runs here for this configuration.
    [[nodiscard]] static std::optional<OwnGuard> find(const config::Config &config);
    OwnGuard(OwnGuard &&other) noexcept;
    OwnGuard &operator=(OwnGuard &&) = delete;
    ~OwnGuard();

    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// False with errno.
    [[nodiscard]] bool signal(int number) const;
    /// False: not within @p most.
    [[nodiscard]] bool waitForEnd(Duration most) const;

private:
    OwnGuard(pid_t pid, int handle)
        : m_pid(pid)
        , m_handle(handle)
    {
    }

    pid_t m_pid;
    int m_handle; ///< pidfd_open(2)
};

} // namespace clustd::daemon
