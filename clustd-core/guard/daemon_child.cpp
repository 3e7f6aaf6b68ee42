#include "guard/daemon_child.h"

#include "guard/guard_log.h"
#include "guard/processes.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clustd::guard {

bool DaemonChild::start(const std::function<void(int pipe)> &enter, Instant now)
{
    std::array<int, 2> ends{-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        logLine(LogLevel::Warning, "pipe to the daemon: %s -> not started", std::strerror(errno));
        return false;
    }
    std::fflush(nullptr); // or both processes would print what is buffered
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        enter(ends[1]);
        std::abort();
    }
    close(ends[1]);
    if (pid < 0) {
        logLine(LogLevel::Warning, "fork of the daemon: %s -> not started", std::strerror(errno));
        close(ends[0]);
        return false;
    }
    closePipe();
    m_pipe = ends[0];
    m_pid = pid;
    m_since = now;
    const std::optional<ProcessStat> stat = readProcessStat(pid);
    m_startTicks = stat ? stat->start : 0;
    return true;
}

DaemonChild::Heard DaemonChild::receive(ChildMessage &message, FencePlan &plan)
{
    static std::array<std::byte, kMaxMessageBytes> packet;
    if (m_pipe < 0)
        return Heard::Nothing;
    ssize_t size = -1;
    do {
        size = recv(m_pipe, packet.data(), packet.size(), MSG_DONTWAIT | MSG_TRUNC);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return Heard::Nothing;
    if (size <= 0) {
        closePipe();
        return Heard::End;
    }
    std::optional<ChildMessage> decoded;
    if (static_cast<std::size_t>(size) <= packet.size())
        decoded = decodeChildMessage(std::span(packet).first(static_cast<std::size_t>(size)), plan);
    if (!decoded) {
        closePipe();
        return Heard::Garbage;
    }
    message = *decoded;
    return Heard::Message;
}

void DaemonChild::say(const GuardMessage &message) const
{
    std::array<std::byte, 64> bytes;
    const std::size_t size = encode(message, bytes);
    if (m_pipe >= 0)
        send(m_pipe, bytes.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void DaemonChild::closePipe()
{
    if (m_pipe >= 0)
        close(m_pipe);
    m_pipe = -1;
}

void DaemonChild::signal(int number) const
{
    if (m_pid != 0)
        kill(m_pid, number);
}

} // namespace clustd::guard
