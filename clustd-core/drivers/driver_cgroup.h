#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

#include <sys/types.h>

namespace clustd::drivers {

/// One driver's cgroup (v2), below the daemon's own: what is started in it cannot leave it by
/// forking, by a new session, or by hiding its environment.
///
/// Uses no controller, so it needs nothing but a directory that may be written: as root, or in a
/// unit with Delegate=yes. Elsewhere path() is empty and the other ways to find a driver's
/// processes must do.
///
/// Thread: one at a time; path() any.
class DriverCgroup
{
public:
    DriverCgroup() = default;
    /// @param name of the directory; makes nothing yet
    explicit DriverCgroup(const QByteArray &name);

    /// Absolute path of the directory, whether it exists or not; empty where there can be none.
    [[nodiscard]] QByteArray path() const { return m_path; }

    /// Makes it where it is missing. False: there is none, and a warning has been logged once.
    [[nodiscard]] bool create();
    /// Of the live processes in it and below.
    [[nodiscard]] QList<pid_t> members() const;
    /// SIGKILL to all of them in one step, so that none can fork away (Linux 5.14); does not wait.
    void kill() const;
    /// Removes it with what is below; silently leaves it while a process lives there.
    void remove() const;

private:
    QByteArray m_path;
    bool m_isWarned = false;
};

} // namespace clustd::drivers
