#pragma once

#include "guard/guard_pipe.h"
#include "util/instant.h"

#include <functional>

#include <sys/types.h>

namespace clustd::guard {

/// The daemon as its parent sees it: one forked process after the other, and the guard's end of the
/// pipe to it. Allocates nothing after construction.
class DaemonChild
{
public:
    DaemonChild() = default;
    ~DaemonChild() { closePipe(); }
    DaemonChild(const DaemonChild &) = delete;
    DaemonChild &operator=(const DaemonChild &) = delete;

    /// Forks the next life. In the new process @p enter is called with the daemon's end of the
    /// pipe; it must not return. Errors: false, with the reason in the log.
    [[nodiscard]] bool start(const std::function<void(int pipe)> &enter, Instant now);

    [[nodiscard]] bool isRunning() const { return m_pid != 0; }
    [[nodiscard]] pid_t pid() const { return m_pid; } ///< 0: none
    [[nodiscard]] std::uint64_t startTicks() const { return m_startTicks; }
    [[nodiscard]] Instant since() const { return m_since; } ///< Start of the latest life
    [[nodiscard]] int pipe() const { return m_pipe; } ///< -1 when closed

    enum class Heard { Nothing, Message, Garbage, End };
    /// The next message that waits. After Garbage and End the pipe is closed.
    /// @param plan is filled by a PlanMessage
    [[nodiscard]] Heard receive(ChildMessage &message, FencePlan &plan);
    /// A daemon that does not read loses it: then it is not told that it may start anything.
    void say(const GuardMessage &message) const;
    void closePipe();

    void signal(int number) const;
    /// waitpid() has returned it.
    void reaped() { m_pid = 0; }

private:
    pid_t m_pid = 0;
    std::uint64_t m_startTicks = 0;
    int m_pipe = -1;
    Instant m_since{};
};

} // namespace clustd::guard
